import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type LineState, TcpFlow } from './tcp-flow.js';

/** Which way bytes go: what a client sends goes `toServer`. */
export type Direction = 'toServer' | 'toClient';

interface Connection extends Readonly<Record<Direction, TcpFlow>> {
  readonly sockets: readonly Socket[];
}

/**
 * Stands between clients and a server as a network that fails on demand. What is set holds for the connections that
 * there are and for those to come.
 */
export class TcpProxy {
  private readonly connections = new Set<Connection>();
  private readonly lines: Record<Direction, LineState> = {
    toServer: { stalled: false, delayMs: 0 },
    toClient: { stalled: false, delayMs: 0 },
  };
  private isCut = false;

  private constructor(
    private readonly listener: Server,
    private readonly serverPort: number,
  ) {
    listener.on('connection', (socket) => this.accept(socket));
  }

  /** Listens on a free port of 127.0.0.1, for a server on another. */
  static async start(serverPort: number): Promise<TcpProxy> {
    // an end is passed on like bytes: it must not answer itself
    const listener = createServer({ allowHalfOpen: true, noDelay: true });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return new TcpProxy(listener, serverPort);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Where NATS clients connect. */
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** How many connections there are. */
  get connectionCount(): number {
    return this.connections.size;
  }

  /** How many bytes were received and not passed on: of a stalled PubAck, say. */
  heldBytes(direction: Direction): number {
    return [...this.connections].reduce((sum, flows) => sum + flows[direction].heldBytes, 0);
  }

  /**
   * Breaks every connection, losing what is held, and resets new ones until `restore()`. The port stays ours: another
   * test's server would take it.
   */
  cut(): void {
    this.isCut = true;
    for (const { sockets } of this.connections) for (const socket of sockets) socket.destroy();
  }

  /** Lets clients connect again. */
  restore(): void {
    this.isCut = false;
  }

  /** Passes nothing on until `resume()`. Connections stay open; past 1 MiB each, the sender has to wait. */
  stall(direction: Direction | 'both' = 'both'): void {
    this.change(direction, { stalled: true });
  }

  /** Passes on what was held, and what comes. */
  resume(direction: Direction | 'both' = 'both'): void {
    this.change(direction, { stalled: false });
  }

  /** Passes on everything so much later than it is received; 0 for no delay. */
  delay(delayMs: number, direction: Direction | 'both' = 'both'): void {
    this.change(direction, { delayMs });
  }

  /** Breaks every connection and stops listening. */
  async close(): Promise<void> {
    this.cut();
    if (!this.listener.listening) return;
    const closed = once(this.listener, 'close');
    this.listener.close();
    await closed;
  }

  private change(direction: Direction | 'both', state: Partial<LineState>): void {
    for (const way of direction === 'both' ? (['toServer', 'toClient'] as const) : [direction]) {
      Object.assign(this.lines[way], state);
      for (const connection of this.connections) connection[way].pump();
    }
  }

  private accept(client: Socket): void {
    if (this.isCut) {
      client.resetAndDestroy();
      return;
    }
    const { serverPort: port, lines } = this;
    const server = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    const connection: Connection = {
      sockets: [client, server],
      toServer: new TcpFlow(client, server, lines.toServer),
      toClient: new TcpFlow(server, client, lines.toClient),
    };
    this.connections.add(connection);
    for (const socket of connection.sockets) {
      // its close follows, which is passed on
      socket.on('error', () => undefined);
      socket.once('close', () => {
        if (client.closed && server.closed) this.connections.delete(connection);
      });
    }
  }
}
