import { describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { findNatsServerBinary, startNatsCluster } from 'nestjs-nats/testing';
import { readdirSync } from 'node:fs';
import { writePortThief } from './program-shims.js';
import { useTestFolder } from './test-folder.js';

const folder = useTestFolder();

describe('startNatsCluster', () => {
  it('starts servers that replicate, and go on when one is killed', async () => {
    const cluster = await startNatsCluster();
    try {
      expect(new Set(cluster.urls).size).toBe(3);
      const nc = await connect({ servers: cluster.urls });
      const manager = await jetstreamManager(nc);
      await manager.streams.add({ name: 'REPLICATED', subjects: ['replicated'], num_replicas: 3 });
      await jetstream(nc).publish('replicated', 'one');
      const group = (await manager.streams.info('REPLICATED')).cluster;
      await nc.close();

      const leader = cluster.servers.find(({ name }) => name === group?.leader);
      const follower = cluster.servers.find((server) => server !== leader);
      await follower?.kill();
      const survivor = await connect({ servers: leader?.url });
      const ack = await jetstream(survivor).publish('replicated', 'two');
      expect(ack.seq).toBe(2);
      await survivor.close();
      await follower?.restart();
      expect(follower?.running).toBe(true);
    } finally {
      await cluster.stop();
    }
    expect(cluster.servers.map(({ running }) => running)).toEqual([false, false, false]);
  });

  it('starts with other ports when one of them is taken by then', async () => {
    const natsServer = (await findNatsServerBinary())!.path;
    const cluster = await startNatsCluster({ binary: writePortThief(folder.path, natsServer) });
    expect(cluster.servers.map(({ running }) => running)).toEqual([true, true, true]);
    expect(readdirSync(folder.path)).toContain('stolen');
    await cluster.stop();
  });

  it('stops the members that started when one does not', async () => {
    await expect(startNatsCluster({ config: 'no_such_setting: 1' })).rejects.toThrow(
      /did not start/,
    );
  });
});
