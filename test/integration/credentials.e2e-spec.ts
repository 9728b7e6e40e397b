import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { NatsConnectionOptions, NatsTransportError } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { everythingOf, rejection } from '../support/rejection.js';

@Controller()
class Service {
  @MessagePattern('credentials.ask')
  ask(): string {
    return 'welcome';
  }
}

const PASSWORD = 'p@ss:w/rd 123';
const TOKEN = 't0k+en/=';

const byPassword = new NatsBench({
  config: `authorization { user: ada, password: "${PASSWORD}" }`,
});
const byToken = new NatsBench({ config: `authorization { token: "${TOKEN}" }` });
beforeAll(() => Promise.all([byPassword.start(), byToken.start()]));
afterEach(() => Promise.all([byPassword.clear(), byToken.clear()]));
afterAll(() => Promise.all([byPassword.stop(), byToken.stop()]));

const host = (bench: NatsBench): string => new URL(bench.server.url).host;
const user = `ada:${encodeURIComponent(PASSWORD)}`;
const token = encodeURIComponent(TOKEN);

const WAYS: [name: string, bench: NatsBench, options: () => NatsConnectionOptions][] = [
  [
    'user and password in the URL',
    byPassword,
    () => ({ servers: `nats://${user}@${host(byPassword)}` }),
  ],
  [
    'them beside the URL',
    byPassword,
    () => ({ servers: host(byPassword), user: 'ada', pass: PASSWORD }),
  ],
  ['a token in the URL', byToken, () => ({ servers: [`nats://${token}@${host(byToken)}`] })],
  ['a token beside the URL', byToken, () => ({ servers: byToken.server.url, token: TOKEN })],
];

describe.each(WAYS)('%s', (_, bench, options) => {
  it('F19: is accepted, for strategy and client', async () => {
    await bench.listen([Service], options());
    await expect(bench.client(options()).request('credentials.ask', {})).resolves.toBe('welcome');
  });
});

it.each([
  ['password', byPassword, () => `nats://ada:hunter2@${host(byPassword)}`],
  ['token', byToken, () => `nats://hunter2@${host(byToken)}`],
])(
  'F19: a wrong %s in the URL is refused, and not repeated in the error',
  async (_, bench, url) => {
    const error = await rejection<NatsTransportError>(bench.client({ servers: url() }).connect());
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED' });
    expect(error.message).toContain(host(bench));
    expect(everythingOf(error)).not.toContain('hunter2');
  },
);

it('F19: tls:// does not fall back to plain text', async () => {
  const client = byPassword.client({ servers: `tls://${user}@${host(byPassword)}` });
  await expect(client.connect()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
});
