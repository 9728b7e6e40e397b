import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { readServerInfo } from './server-info.js';

const servers: Server[] = [];
const sockets: Socket[] = [];

async function listening(greet: (socket: Socket) => void) {
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    greet(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, tls: false, label: `nats://127.0.0.1:${port}` };
}

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

describe('readServerInfo', () => {
  it('reads the greeting, in however many pieces it comes', async () => {
    const address = await listening((socket) => {
      socket
        .setNoDelay(true)
        .write('INFO {"version":"2.1', () => socket.write('5.1","jetstream":true} \r\n'));
    });
    await expect(readServerInfo(address, 3_000)).resolves.toMatchObject({
      version: '2.15.1',
      jetstream: true,
    });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', /is not a NATS server/],
    ['a greeting that is not JSON', 'INFO {version}\r\n', /is not a NATS server/],
    ['a greeting without a version', 'INFO {}\r\n', /is not a NATS server/],
  ])('refuses %s', async (_, text, message) => {
    const address = await listening((socket) => socket.write(text));
    await expect(readServerInfo(address, 3_000)).rejects.toThrow(message);
  });

  it('says that nothing is said', async () => {
    const silent = await listening(() => undefined);
    await expect(readServerInfo(silent, 100)).rejects.toThrow(/does not answer within 100 ms/);
    const closing = await listening((socket) => socket.end());
    await expect(readServerInfo(closing, 3_000)).rejects.toThrow(/closes the connection/);
  });

  it('says that nothing listens', async () => {
    const address = await listening(() => undefined);
    servers.pop()?.close();
    await expect(readServerInfo(address, 3_000)).rejects.toThrow(
      /cannot be reached: .*ECONNREFUSED/,
    );
  });
});
