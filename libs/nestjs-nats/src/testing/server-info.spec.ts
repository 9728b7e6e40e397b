import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { readServerInfo } from './server-info.js';

// made for this test and used nowhere else
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgzrnp484T9wmaaLpd
FXzwk119VdcZjLgGCbwWbnygxv6hRANCAARBn1jeaO+ozxWU8O8rcp5p1M58Bdqx
NW3lh9r25eBYGbSBKvSS0zfY6V6wAaQhoOUo8EjjyqO6pYS3iqg3SEaF
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBdTCCARugAwIBAgIUSH7bD+abeZtnmESIu5WHa3xmjAQwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjMyMzE2MTVaGA8yMTI2MTAzMDIzMTYx
NVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEGf
WN5o76jPFZTw7ytynmnUznwF2rE1beWH2vbl4FgZtIEq9JLTN9jpXrABpCGg5Sjw
SOPKo7qlhLeKqDdIRoWjUzBRMB0GA1UdDgQWBBR+fZM95Hrwyx043QfWoWo4IuMr
9jAfBgNVHSMEGDAWgBR+fZM95Hrwyx043QfWoWo4IuMr9jAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIDWQKb9GZ/HY8km2/PzltzHGU1B88SOzYoum
27FNtau8AiEAyKxwujaEQrGZBQmSpSy60TnoEwao/Q/iX6X+EftwbQA=
-----END CERTIFICATE-----`;

const servers: Server[] = [];
const sockets: Socket[] = [];

async function listening(greet: (socket: Socket) => void, tls = false) {
  const serve = (socket: Socket) => {
    sockets.push(socket.on('error', () => undefined));
    greet(socket);
  };
  const server = tls
    ? createTlsServer({ key: KEY, cert: CERTIFICATE }, serve)
    : createServer(serve);
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, tls, label: `nats://127.0.0.1:${port}` };
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

  it('reads a greeting that comes after the TLS handshake', async () => {
    const address = await listening(
      (socket) => socket.write('INFO {"version":"2.15.1"}\r\n'),
      true,
    );
    await expect(readServerInfo(address, 1_000)).resolves.toMatchObject({ version: '2.15.1' });
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
