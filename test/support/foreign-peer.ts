import { connect, type Msg, type NatsConnection } from 'nats';
import type { NatsBench } from './nats-bench.js';

/** Connects the `nats` 2.x client: independent of ours, and ignorant of Nest. */
export async function foreignPeer(bench: NatsBench): Promise<NatsConnection> {
  const peer = await connect({ servers: bench.server.url, name: 'foreign', noAsyncTraces: true });
  bench.own(() => peer.close());
  return peer;
}

/** Subscribes it to a subject, and waits until the server knows. */
export async function listenTo(
  peer: NatsConnection,
  subject: string,
  callback: (message: Msg) => void = () => undefined,
): Promise<Msg[]> {
  const received: Msg[] = [];
  peer.subscribe(subject, {
    callback: (_, message) => {
      received.push(message);
      callback(message);
    },
  });
  await peer.flush();
  return received;
}
