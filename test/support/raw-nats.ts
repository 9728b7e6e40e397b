import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface, type Interface } from 'node:readline';

/** Speaks the NATS protocol on a bare socket: it sends what no client library lets anybody send. */
export class RawNats {
  /** Every line received, in order; payloads are not told apart from the protocol. */
  readonly lines: string[] = [];
  private readonly reader: Interface;
  private readonly pongs: (() => void)[] = [];

  private constructor(private readonly socket: Socket) {
    this.reader = createInterface({ input: socket });
    this.reader.on('line', (line) => this.take(line));
  }

  /** @param pedantic has the server check the subjects of what is published */
  static async connect(port: number, { pedantic = false } = {}): Promise<RawNats> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    const raw = new RawNats(socket);
    raw.send(
      `CONNECT {"verbose":false,"pedantic":${pedantic},"headers":true,"no_responders":true}\r\n`,
    );
    await raw.flush();
    return raw;
  }

  /**
   * Publishes what it is given, unchecked; subjects may be bytes that are no UTF-8.
   *
   * @param headers the header block after `NATS/1.0` and before the empty line, `''` for none; or
   * the bytes of a whole block
   */
  publish(
    subject: string | Uint8Array,
    payload: string | Uint8Array,
    {
      headers = '',
      reply = '',
    }: { headers?: string | Uint8Array; reply?: string | Uint8Array } = {},
  ): void {
    const block = headerBlock(headers);
    const size = block.length + Buffer.byteLength(payload);
    this.send(block.length === 0 ? 'PUB ' : 'HPUB ');
    this.send(subject);
    if (reply.length > 0) {
      this.send(' ');
      this.send(reply);
    }
    this.send(block.length === 0 ? ` ${size}\r\n` : ` ${block.length} ${size}\r\n`);
    this.send(block);
    this.send(payload);
    this.send('\r\n');
  }

  /** Sends bytes as they are. */
  send(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Waits until the server has processed everything written before. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.pongs.push(resolve);
      this.send('PING\r\n');
    });
  }

  close(): void {
    this.reader.close();
    this.socket.destroy();
  }

  private take(line: string): void {
    this.lines.push(line);
    if (line === 'PONG') this.pongs.shift()?.();
    else if (line === 'PING') this.send('PONG\r\n');
  }
}

function headerBlock(headers: string | Uint8Array): Uint8Array {
  if (typeof headers !== 'string') return headers;
  return Buffer.from(headers === '' ? '' : `NATS/1.0${headers}\r\n\r\n`);
}
