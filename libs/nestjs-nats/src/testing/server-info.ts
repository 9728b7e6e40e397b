import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ServerAddress } from './nats-url.js';

/** What a NATS server says of itself before anybody logs in. */
export interface ServerInfo {
  readonly version: string;
  /** JetStream is enabled on this server. */
  readonly jetstream?: boolean;
}

const LONGEST_INFO = 1 << 20;

/**
 * Reads the INFO line that a NATS server greets every connection with. It needs no credentials and sends none.
 *
 * @throws Error when nothing answers in time, or not as a NATS server.
 */
export async function readServerInfo(
  address: ServerAddress,
  timeoutMs: number,
): Promise<ServerInfo> {
  const plain = connect({ host: address.host, port: address.port });
  if (!address.tls) return greeting(plain, address, timeoutMs);
  try {
    return await greeting(plain, address, timeoutMs / 2);
  } catch {
    // a server may be set up to do the TLS handshake before its greeting
    return greeting(connectSecure(address), address, timeoutMs / 2);
  }
}

/** Whom it talks to is for the client to check: nothing is sent here, and only a greeting is read. */
function connectSecure({ host, port }: ServerAddress): Socket {
  const servername = isIP(host) ? {} : { servername: host };
  return connectTls({ host, port, rejectUnauthorized: false, ...servername });
}

function greeting(socket: Socket, address: ServerAddress, timeoutMs: number): Promise<ServerInfo> {
  return new Promise<ServerInfo>((resolve, reject) => {
    let text = '';
    const fail = (what: string, cause?: Error) =>
      reject(new Error(`${address.label} ${what}`, cause && { cause }));
    const timer = setTimeout(() => fail(`does not answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('error', (error) => fail(`cannot be reached: ${describe(error)}`, error));
    socket.once('close', () => {
      clearTimeout(timer);
      fail('closes the connection without a word');
    });
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\r\n')) {
        const info = parseInfo(text);
        if (info) resolve(info);
        else fail('answers, but is not a NATS server');
      } else if (text.length > LONGEST_INFO) {
        fail('answers, but is not a NATS server');
      }
    });
  }).finally(() => socket.destroy());
}

function parseInfo(text: string): ServerInfo | undefined {
  const json = /^INFO (\{.*\})\s*\r\n/.exec(text)?.[1];
  if (json === undefined) return undefined;
  try {
    const info = JSON.parse(json) as Partial<ServerInfo>;
    return typeof info.version === 'string' ? { ...info, version: info.version } : undefined;
  } catch {
    // "INFO" and then something else: not a NATS server, which is what undefined says
    return undefined;
  }
}

function describe(error: Error & { code?: string }): string {
  // connecting to a name with several addresses fails with an aggregate whose message is empty
  return error.message || error.code || error.name;
}
