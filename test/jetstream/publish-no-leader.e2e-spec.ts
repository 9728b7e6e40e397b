import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Logger } from '@nestjs/common';
import { NatsClient } from 'nestjs-nats';
import { type NatsTestCluster, startNatsCluster } from 'nestjs-nats/testing';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

const stream = { name: 'LEADERLESS', subjects: ['leaderless.>'] };
const subject = 'leaderless.1';
let cluster: NatsTestCluster;
beforeAll(async () => {
  Logger.overrideLogger(false);
  cluster = await startNatsCluster();
});
afterAll(() => cluster.stop());

it('F28: a stream without a leader is tried again until it has one, or the time is over', async () => {
  const peer = await connect({ servers: cluster.urls });
  const info = await (await jetstreamManager(peer)).streams.add(stream);
  await peer.close();
  const owner = cluster.servers.find(({ name }) => name === info.cluster?.leader)!;
  const servers = cluster.servers.filter((server) => server !== owner).map(({ url }) => url);
  const client = new NatsClient({
    servers,
    ignoreClusterUpdates: true,
    streams: [stream],
    provision: 'off',
  });
  try {
    await expect(client.publish(subject, 1)).resolves.toMatchObject({ seq: 1 });
    await owner.kill();
    // until the others notice, they pass it on to nowhere
    await waitFor(
      async () => {
        const failure = rejection<{ code: string }>(client.publish(subject, 0, { timeoutMs: 300 }));
        return (await failure).code === 'UNAVAILABLE';
      },
      { what: 'the loss of the leader' },
    );
    const waiting = client.publish(subject, 2, { timeoutMs: 25_000 });
    await owner.restart();
    await expect(waiting).resolves.toMatchObject({ stream: 'LEADERLESS' });
  } finally {
    await client.close();
  }
});
