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

  static async connect(port: number): Promise<RawNats> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    const raw = new RawNats(socket);
    raw.write('CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}\r\n');
    await raw.flush();
    return raw;
  }

  /**
   * Publishes what it is given, unchecked.
   *
   * @param headers the header block after `NATS/1.0` and before the empty line, `''` for none; or
   * the bytes of a whole block
   */
  publish(
    subject: string,
    payload: string | Uint8Array,
    { headers = '', reply = '' }: { headers?: string | Uint8Array; reply?: string } = {},
  ): void {
    const to = reply === '' ? subject : `${subject} ${reply}`;
    const block = headerBlock(headers);
    const size = block.length + Buffer.byteLength(payload);
    this.write(
      block.length === 0 ? `PUB ${to} ${size}\r\n` : `HPUB ${to} ${block.length} ${size}\r\n`,
    );
    this.write(block);
    this.write(payload);
    this.write('\r\n');
  }

  /** Waits until the server has processed everything written before. */
  flush(): Promise<void> {
    return new Promise((resolve) => {
      this.pongs.push(resolve);
      this.write('PING\r\n');
    });
  }

  close(): void {
    this.reader.close();
    this.socket.destroy();
  }

  private write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  private take(line: string): void {
    this.lines.push(line);
    if (line === 'PONG') this.pongs.shift()?.();
    else if (line === 'PING') this.write('PONG\r\n');
  }
}

function headerBlock(headers: string | Uint8Array): Uint8Array {
  if (typeof headers !== 'string') return headers;
  return Buffer.from(headers === '' ? '' : `NATS/1.0${headers}\r\n\r\n`);
}
