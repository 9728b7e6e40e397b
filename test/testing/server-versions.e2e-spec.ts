import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { describeOnVersions } from '../support/server-versions.js';

const LINES = { oldest: /^2\.10\./, newest: /^2\.(1[5-9]|[2-9]\d)\./ };

describeOnVersions('a test on both versions', (wanted, age) => {
  let server: NatsTestServer;
  beforeAll(async () => {
    server = await startNatsServer(wanted);
  });
  afterAll(() => server.stop());

  it('has a server of that version', async () => {
    const nc = await connect({ servers: server.url });
    const { version, api_lvl: apiLevel } = nc.info as { version: string; api_lvl?: number };
    await nc.close();
    expect(version).toMatch(LINES[age]);
    // what a feature is gated on: servers tell it from 2.11 on
    expect(apiLevel !== undefined).toBe(age === 'newest');
  });
});
