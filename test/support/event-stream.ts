/** An event as a server has sent it. */
export interface SentEvent<T = unknown> {
  readonly event: string;
  readonly data: T;
}

/** A client of server-sent events. */
export class EventStreamClient {
  /** Everything received so far. */
  readonly events: SentEvent[] = [];
  /** Resolves when the server has ended the stream, or the connection broke. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly connection: AbortController,
    body: ReadableStream<Uint8Array>,
  ) {
    this.ended = this.read(body);
  }

  /** Connects. @throws Error when the answer is no stream of events */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventStreamClient> {
    const connection = new AbortController();
    const response = await fetch(url, { headers, signal: connection.signal });
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok || !type.startsWith('text/event-stream') || !response.body) {
      throw new Error(`${url} answered ${response.status} ${type}: ${await response.text()}`);
    }
    return new EventStreamClient(connection, response.body);
  }

  /** What came of one kind. */
  of<T>(event: string): T[] {
    return this.events.filter((sent) => sent.event === event).map(({ data }) => data as T);
  }

  /** Leaves, and waits until it has. */
  async close(): Promise<void> {
    this.connection.abort();
    await this.ended;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop()!;
        for (const block of blocks) this.keep(block);
      }
    } catch {
      // left, or broken: either way it is over, which is what `ended` says
    }
  }

  private keep(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    if (data !== undefined) {
      this.events.push({ event: field('event') ?? 'message', data: JSON.parse(data) as unknown });
    }
  }
}
