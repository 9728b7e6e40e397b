import { clientFaults, type ClientSettings } from '../client/options.js';
import type { NatsConnectionOptions } from '../connection/options.js';
import { strategyFaults, type StrategySettings } from '../server/options.js';

/** Set for client and strategy together. */
type Common =
  | 'codec'
  | 'envelope'
  | 'interceptors'
  | 'replyPrefixes'
  | 'streams'
  | 'provision'
  | 'jetstream'
  | 'shutdownTimeoutMs';

/** Differ in type between client and strategy, and belong to those who make them by hand. */
type LeftOut = 'serializer' | 'deserializer';

/** What {@link NatsModule} sets for its client only. */
type OfClient = Omit<ClientSettings, Common | LeftOut>;

/** What {@link NatsModule} sets for its strategy only. */
type OfStrategy = Omit<StrategySettings, Common | LeftOut>;

/** Names every setting: one that is forgotten would be taken for one of the connection, and refused. */
type Every<Settings> = Record<keyof Omit<Settings, LeftOut>, unknown>;

/** Options of {@link NatsModule}: those of the connection, and of client and strategy together. */
export interface NatsModuleOptions extends NatsConnectionOptions, OfClient, OfStrategy {
  /** Of client and strategy. Default `'json'`. */
  codec?: StrategySettings['codec'];
  /** Of client and strategy; `'both'` is `'plain'` for the client. Default `'plain'`. */
  envelope?: StrategySettings['envelope'];
  /** Stand around what goes out and what comes in; an operation's `kind` tells which. */
  interceptors?: StrategySettings['interceptors'];
  /** The streams this application declares: the client publishes to them, the strategy makes sure of them. Default none. */
  streams?: StrategySettings['streams'];
  /** What may be done to streams and consumers. Default `'create'`. */
  provision?: StrategySettings['provision'];
  /** How JetStream is reached. */
  jetstream?: StrategySettings['jetstream'];
  /**
   * Inbox prefixes of peers that set one of their own, without the trailing dot: of callers that are
   * answered, and of responders that are told to end a stream. Default none.
   */
  replyPrefixes?: StrategySettings['replyPrefixes'];
  /**
   * How long the strategy waits for handlers under way when the application stops, in milliseconds, and
   * after it the client for requests that are not answered yet. Default 10,000, minimum 0.
   */
  shutdownTimeoutMs?: StrategySettings['shutdownTimeoutMs'];
}

/** {@link NatsModuleOptions}, taken apart for those who use them. */
export interface NatsModuleParts {
  readonly connection: NatsConnectionOptions;
  readonly client: ClientSettings;
  readonly strategy: StrategySettings;
  /** What is wrong with the settings of client and strategy. */
  readonly faults: string[];
}

/** Takes module options apart; connection options are checked where the connection is made. */
export function partsOf(options: NatsModuleOptions): NatsModuleParts {
  const {
    codec,
    envelope,
    interceptors,
    headers,
    timeoutMs,
    streams,
    provision,
    jetstream,
    publishRetry,
    confirm,
    whileDisconnected,
    queue,
    replyPrefixes,
    shutdownTimeoutMs,
    maxPayloadBytes,
    maxHeaderBytes,
    maxHeaderLines,
    service,
    deadLetters,
    attemptLog,
    givenUpBy,
    ...connection
  } = options;
  const ofStreams = { streams, provision, jetstream };
  const shared = { codec, interceptors, replyPrefixes, ...ofStreams, shutdownTimeoutMs };
  const client = {
    ...shared,
    headers,
    timeoutMs,
    publishRetry,
    confirm,
    whileDisconnected,
    envelope: envelope === 'both' ? ('plain' as const) : envelope,
  } satisfies Every<ClientSettings>;
  const strategy = {
    ...shared,
    envelope,
    queue,
    maxPayloadBytes,
    maxHeaderBytes,
    maxHeaderLines,
    service,
    deadLetters,
    attemptLog,
    givenUpBy,
  } satisfies Every<StrategySettings>;
  const faults = [...new Set([...strategyFaults(strategy), ...clientFaults(client)])];
  return { connection, client, strategy, faults };
}
