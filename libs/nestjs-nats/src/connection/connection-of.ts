import { throwFaults, unknownOptionFaults } from '../errors/option-faults.js';
import { type NatsSharedConnection, sharedConnectionOf } from './nats-shared-connection.js';
import { type NatsConnectionOptions, OWNED } from './options.js';
import { SharedConnection } from './shared-connection.js';

/** Options for a connection of one's own, or the one that is shared with others. */
export type ConnectionChoice = NatsConnectionOptions | { connection: NatsSharedConnection };

/**
 * Gives the connection that options of a strategy or client mean.
 *
 * @param faults what is wrong with options around these, so that all is reported at once
 * @throws NatsTransportError `INVALID_OPTIONS`
 */
export function connectionOf(
  options: ConnectionChoice,
  faults: readonly string[],
  owner: string,
): SharedConnection {
  if (!('connection' in options)) return new SharedConnection(options, [...faults]);
  const shared = sharedConnectionOf(options.connection);
  const unusable = 'connection: expected a NatsSharedConnection of this copy of nestjs-nats';
  throwFaults(
    [
      ...faults,
      ...(shared === undefined ? [unusable] : []),
      ...unknownOptionFaults(options, ['connection'], OWNED),
    ],
    `the options of ${owner}`,
  );
  return shared!;
}
