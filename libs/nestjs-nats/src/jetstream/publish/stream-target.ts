import { nuid } from '@nats-io/transport-node';
import { throwFaults } from '../../errors/option-faults.js';
import { quote } from '../../errors/quote.js';
import { type StreamOptions, streamOptionsIn } from '../../message/stream-options.js';
import type { Feature } from '../api/server-features.js';
import type { StreamDeclaration } from '../stream/stream-declaration.js';
import type { PublishRetry } from './publish-retry.js';
import { type Schedule, scheduleFault, scheduleOf } from './schedule.js';
import { streamOptionFaults } from './stream-option-faults.js';
import { StreamRoutes } from './stream-routes.js';

/** How an event goes to a stream. */
export interface StreamTarget {
  readonly stream: string;
  /** How the client declares the stream, if it does. */
  readonly declaration: StreamDeclaration | undefined;
  /** Whether its acknowledgement is waited for. */
  readonly acknowledged: boolean;
  /** Whether the stream knows a second copy of the message. */
  readonly resendable: boolean;
  /** What the headers of the message say; nothing when there is nothing to say. */
  readonly options: StreamOptions | undefined;
  /** Where it waits, when it is delayed. */
  readonly schedule: Schedule | undefined;
  /** What the server must have. */
  readonly features: readonly Feature[];
}

const NO_FEATURES: readonly Feature[] = [];

/** Decides to which stream an event goes, and how. */
export class StreamTargets {
  private readonly routes: StreamRoutes;
  /** By stream, for events that ask for nothing: as a rule, all of them. */
  private readonly plain = new Map<StreamDeclaration, StreamTarget>();

  constructor(
    streams: readonly StreamDeclaration[],
    private readonly retry: PublishRetry,
  ) {
    this.routes = new StreamRoutes(streams);
    for (const stream of streams) this.plain.set(stream, targetOf(stream.name, stream, undefined));
  }

  /**
   * Gives the target of an event, or nothing when it is one of core NATS.
   *
   * @throws NatsTransportError `INVALID_OPTIONS`
   */
  find(subject: string, options: StreamOptions): StreamTarget | undefined {
    const names = streamOptionsIn(options);
    const route = this.routes.find(subject);
    if (names.length === 0) {
      if (route === undefined) return undefined;
      if (this.retry.msgIds === 'given') return this.plain.get(route);
    }
    const faults = streamOptionFaults(options, names);
    const declaration = options.stream === undefined ? route : this.routes.named(options.stream);
    const stream = options.stream ?? route?.name;
    if (stream === undefined) {
      const needing = names.filter((name) => name !== 'delivery');
      faults.push(...needing.map((name) => `${name}: ${noStream(subject)}`));
    }
    if (declaration !== undefined) faults.push(...declarationFaults(declaration, options));
    if (faults.length > 0) {
      throwFaults(faults, `the options of the message on ${quote(subject)}`);
    }
    if (stream === undefined) return undefined;
    return targetOf(stream, declaration, this.identified(options));
  }

  /** Makes an id for a message without one, if it can help and is wanted. */
  private identified(options: StreamOptions): StreamOptions {
    if (this.retry.msgIds === 'given' || options.msgId !== undefined || expectsState(options)) {
      return options;
    }
    return { ...options, msgId: nuid.next() };
  }
}

function targetOf(
  stream: string,
  declaration: StreamDeclaration | undefined,
  options: StreamOptions | undefined,
): StreamTarget {
  const schedule = options && scheduleOf(stream, options);
  const features: Feature[] = [];
  if (options?.ttlMs !== undefined) features.push('messageTtl');
  if (schedule !== undefined) features.push('schedules');
  return {
    stream,
    declaration,
    acknowledged: options?.delivery !== 'at-most-once' && declaration?.no_ack !== true,
    resendable: options?.msgId !== undefined && !expectsState(options),
    options,
    schedule,
    features: features.length === 0 ? NO_FEATURES : features,
  };
}

/** A server looks at these before it looks for a copy: it would find a conflict with the copy. */
function expectsState(options: StreamOptions): boolean {
  return (
    options.expectLastSequence !== undefined ||
    options.expectLastSubjectSequence !== undefined ||
    options.expectLastMsgId !== undefined
  );
}

function declarationFaults(
  stream: StreamDeclaration,
  { ttlMs, delayMs, at }: StreamOptions,
): string[] {
  const faults: string[] = [];
  if (ttlMs !== undefined && stream.allow_msg_ttl !== true) {
    faults.push(`ttlMs: the stream "${stream.name}" is declared without allow_msg_ttl`);
  }
  const delay = delayMs === undefined ? at && 'at' : 'delayMs';
  const fault = delay && scheduleFault(stream);
  if (fault !== undefined) faults.push(`${delay}: ${fault}`);
  return faults;
}

function noStream(subject: string): string {
  return `no declared stream takes ${quote(subject)}; declare one in streams, or name it by stream`;
}
