import { SharedConnection } from '../../libs/nestjs-nats/src/connection/shared-connection.js';
import { JetStreamApi } from '../../libs/nestjs-nats/src/jetstream/api/js-api.js';
import {
  type JetStreamOptions,
  resolveJetStreamOptions,
} from '../../libs/nestjs-nats/src/jetstream/api/js-options.js';
import type { NatsBench } from './nats-bench.js';

/** Connects to a bench's server, and gives what our own code asks JetStream with. */
export async function jetStreamApi(
  bench: NatsBench,
  options: JetStreamOptions = {},
  credentials: { user?: string; pass?: string } = {},
): Promise<JetStreamApi> {
  const shared = new SharedConnection({ servers: bench.server.url, ...credentials });
  shared.retain();
  bench.own(() => shared.release());
  await shared.connect();
  return new JetStreamApi(shared, resolveJetStreamOptions(options));
}
