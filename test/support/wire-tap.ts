import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from './wait-for.js';

/** What a subscriber got, byte by byte. */
export interface TappedMessage {
  readonly subject: string;
  readonly reply: string;
  /** The whole message as its sender wrote it: the `PUB` or `HPUB` line and what follows it. */
  readonly asSent: string;
  readonly payload: string;
}

/**
 * Subscribes on a bare socket and keeps the bytes of every message, which no client library shows.
 *
 * A server passes headers and payload on as they are. Only the first line differs: what the sender
 * wrote as `PUB subject [reply] size` arrives as `MSG subject sid [reply] size`.
 */
export class WireTap {
  readonly messages: TappedMessage[] = [];
  private received = Buffer.alloc(0);
  private pongs = 0;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      while (this.takeOne());
    });
  }

  /** Connects and subscribes; resolves when the server knows of the subscriptions. */
  static async open(port: number, filters: readonly string[]): Promise<WireTap> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    const tap = new WireTap(socket);
    socket.write('CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n');
    for (const [i, filter] of filters.entries()) socket.write(`SUB ${filter} ${i + 1}\r\n`);
    socket.write('PING\r\n');
    await waitFor(() => tap.pongs > 0, { what: 'the answer to PING' });
    return tap;
  }

  /** Sends bytes as they are. */
  send(bytes: string): void {
    this.socket.write(bytes);
  }

  /** Waits for as many messages, and gives them as one text. */
  async asSent(count: number): Promise<string> {
    await waitFor(() => this.messages.length >= count, {
      what: () => `${count} messages; there are ${JSON.stringify(this.messages)}`,
    });
    return this.messages.map((message) => message.asSent).join('');
  }

  close(): void {
    this.socket.destroy();
  }

  /** Takes one operation of the protocol off what was received, if it is there in full. */
  private takeOne(): boolean {
    const end = this.received.indexOf('\r\n');
    if (end === -1) return false;
    const line = this.received.toString('utf8', 0, end);
    const [operation, ...words] = line.split(' ');
    if (operation !== 'MSG' && operation !== 'HMSG') {
      this.received = this.received.subarray(end + 2);
      if (operation === 'PONG') this.pongs++;
      else if (operation === 'PING') this.socket.write('PONG\r\n');
      return true;
    }
    const size = Number(words.at(-1));
    const next = end + 2 + size + 2;
    if (this.received.length < next) return false;
    const withHeaders = operation === 'HMSG';
    const headerSize = withHeaders ? Number(words.at(-2)) : 0;
    const body = this.received.toString('utf8', end + 2, next);
    const payload = this.received.toString('utf8', end + 2 + headerSize, next - 2);
    this.received = this.received.subarray(next);
    const [subject = '', , ...rest] = words;
    this.messages.push({
      subject,
      reply: rest.length > (withHeaders ? 2 : 1) ? rest[0]! : '',
      asSent: `${withHeaders ? 'HPUB' : 'PUB'} ${[subject, ...rest].join(' ')}\r\n${body}`,
      payload,
    });
    return true;
  }
}
