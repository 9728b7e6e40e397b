/** A message as it came to a guest. */
export interface Heard {
  readonly text: string;
  readonly from: string;
}

type Listener = (event: string, data: unknown) => void;

/** Somebody in a chat room, as a browser would be: over HTTP, with server-sent events. */
export class ChatGuest {
  /** What was said to the room, and what to this one alone. */
  readonly heard: Heard[] = [];
  readonly told: Heard[] = [];
  /** Who is here, as this one was told last. */
  people: readonly string[] = [];
  private session = '';
  private readonly connection = new AbortController();
  private ended: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly url: string,
  ) {}

  /**
   * Comes in.
   *
   * @throws Error when it is not let in
   */
  async enter(room: string): Promise<void> {
    const query = new URLSearchParams({ user: this.name, room }).toString();
    const response = await fetch(`${this.url}/chat/v1/stream?${query}`, {
      signal: this.connection.signal,
    });
    if (!response.ok || !response.body) {
      throw new Error(`The chat answered ${this.name} with ${response.status}.`);
    }
    const { body } = response;
    await new Promise<void>((resolve, reject) => {
      this.ended = read(body, (event, data) => {
        if (event === 'welcome') resolve();
        if (event === 'refused') reject(new Error((data as { reason: string }).reason));
        this.take(event, data);
      });
      void this.ended.then(() => reject(new Error(`The chat ended the stream of ${this.name}.`)));
    });
  }

  /**
   * Says something, to the room or to one user.
   *
   * @throws Error when it is not taken
   */
  async say(text: string, to?: string): Promise<void> {
    const response = await fetch(`${this.url}/chat/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ session: this.session, text, to }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${this.name} said something, and got ${answer}`);
  }

  /** Leaves, and waits until it has. */
  async leave(): Promise<void> {
    this.connection.abort();
    await this.ended;
  }

  private take(event: string, data: unknown): void {
    if (event === 'welcome') this.session = (data as { session: string }).session;
    if (event === 'message') this.heard.push(data as Heard);
    if (event === 'direct') this.told.push(data as Heard);
    if (event === 'people') {
      this.people = (data as { people: { user: string }[] }).people.map(({ user }) => user);
    }
  }
}

/** Reads server-sent events; ends when the stream does, or when this side leaves. */
async function read(body: ReadableStream<Uint8Array>, listener: Listener): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (event !== undefined && data !== undefined) listener(event, JSON.parse(data));
      }
    }
  } catch (error) {
    if (!isAbort(error)) listener('broken', String(error));
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
