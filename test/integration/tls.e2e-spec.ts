import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFile, readFile } from 'node:fs/promises';
import { Controller } from '@nestjs/common';
import { type NatsConnectionOptions, type NatsTransportError, Respond } from 'nestjs-nats';
import { Certificates, type KeyPair } from '../support/certificates.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Service {
  @Respond('tls.ask')
  ask(): string {
    return 'welcome';
  }
}

let certificates: Certificates;
let server: KeyPair;
let ada: KeyPair;
let stranger: Certificates;
let plain: NatsBench;
let offered: NatsBench;
let verified: NatsBench;
let first: NatsBench;
const benches = (): NatsBench[] => [plain, offered, verified, first];

beforeAll(async () => {
  [certificates, stranger] = await Promise.all([Certificates.create(), Certificates.create()]);
  [server, ada] = await Promise.all([certificates.issue('server'), certificates.issue('ada')]);
  const tls = `cert_file: "${server.cert}", key_file: "${server.key}", ca_file: "${certificates.ca}"`;
  plain = new NatsBench();
  offered = new NatsBench({ config: `tls { ${tls} }` });
  verified = new NatsBench({ config: `tls { ${tls}, verify: true }` });
  first = new NatsBench({ config: `tls { ${tls}, handshake_first: true }` });
  await Promise.all(benches().map((bench) => bench.start()));
});
afterEach(() => Promise.all(benches().map((bench) => bench.clear())));
afterAll(async () => {
  await Promise.all(benches().map((bench) => bench.stop()));
  await Promise.all([certificates.remove(), stranger.remove()]);
});

const address = (bench: NatsBench, host = '127.0.0.1'): string =>
  `tls://${host}:${bench.server.port}`;

async function answered(bench: NatsBench, options: NatsConnectionOptions): Promise<unknown> {
  await bench.listen([Service], options);
  return bench.client(options).request('tls.ask', {});
}

describe('F19, U8: tls://', () => {
  it.each<[string, () => Promise<NatsConnectionOptions['tls']>]>([
    ['a file', async () => ({ caFile: certificates.ca })],
    ['text', async () => ({ ca: await readFile(certificates.ca, 'utf8') })],
  ])('works with an authority from %s, and the server has to prove its name', async (_, tls) => {
    const options = { servers: address(offered), tls: await tls() };
    await expect(answered(offered, options)).resolves.toBe('welcome');
    const named = { ...options, servers: address(offered, 'localhost') };
    await expect(answered(offered, named)).resolves.toBe('welcome');
  });

  it('refuses a server that has no TLS', async () => {
    const client = plain.client({ servers: address(plain) });
    await expect(client.connect()).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      message: expect.stringContaining("server does not support 'tls'"),
    });
  });

  it('refuses a server whose authority is not trusted, at listen() too', async () => {
    const options = { servers: address(offered), tls: { caFile: stranger.ca } };
    const { app } = await offered.create([Service], options);
    const error = await rejection<NatsTransportError>(app.listen());
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(error.message).toMatch(/certificate/);
  });

  it('names a file that cannot be read', async () => {
    const tls = { caFile: certificates.file('missing.pem') };
    const client = offered.client({ servers: address(offered), tls });
    await expect(client.connect()).rejects.toThrow(/missing\.pem/);
  });
});

describe('a client certificate', () => {
  it('is shown to a server that asks for it', async () => {
    const tls = { caFile: certificates.ca, certFile: ada.cert, keyFile: ada.key };
    await expect(answered(verified, { servers: address(verified), tls })).resolves.toBe('welcome');
  });

  it('may be text', async () => {
    const [ca, cert, key] = await Promise.all(
      [certificates.ca, ada.cert, ada.key].map((path) => readFile(path, 'utf8')),
    );
    const tls = { ca, cert, key } as { ca: string; cert: string; key: string };
    await expect(answered(verified, { servers: address(verified), tls })).resolves.toBe('welcome');
  });

  it('is missed: CONNECTION_FAILED', async () => {
    const tls = { caFile: certificates.ca };
    const client = verified.client({ servers: address(verified), tls, connectTimeoutMs: 1_000 });
    await expect(client.connect()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });

  it('is read again when the connection is made again', async () => {
    const [certFile, keyFile] = [certificates.file('copy.pem'), certificates.file('copy.key')];
    await Promise.all([copyFile(ada.cert, certFile), copyFile(ada.key, keyFile)]);
    const client = verified.client({
      servers: address(verified),
      tls: { caFile: certificates.ca, certFile, keyFile },
      reconnectTimeWait: 20,
      reconnectJitter: 0,
      reconnectJitterTLS: 0,
    });
    await client.connect();
    const renewed = await certificates.issue('renewed');
    await Promise.all([copyFile(renewed.cert, certFile), copyFile(renewed.key, keyFile)]);
    let back = false;
    client.on('reconnect', () => (back = true));
    await verified.server.restart();
    await waitFor(() => back, { what: 'the new connection' });
    const shown = await fetch(`${verified.server.monitoringUrl}/connz?auth=true`, {
      headers: { connection: 'close' },
    });
    expect(await shown.text()).toContain('CN=renewed');
  });
});

it('TLS may come first', async () => {
  const tls = { caFile: certificates.ca, handshakeFirst: true };
  await expect(answered(first, { servers: address(first), tls })).resolves.toBe('welcome');
});
