import { choiceFault, named } from '../../errors/option-faults.js';
import { quote } from '../../errors/quote.js';
import { nameFault } from '../../jetstream/api/name-fault.js';
import { isRecord } from '../../jetstream/api/setting-checks.js';
import type { NetConsumer } from '../../jetstream/dead-letter/max-deliveries-advisory.js';
import {
  jetStreamFaults,
  type JetStreamOptions,
  type ResolvedJetStreamOptions,
  resolveJetStreamOptions,
} from '../../jetstream/api/js-options.js';
import type { ResolvedConsumeOptions } from '../../jetstream/consumer/resolve-consume.js';
import {
  deadLetterFaults,
  deadLetterSubject,
  type DeadLetterOptions,
  resolveDeadLetters,
  type ResolvedDeadLetterOptions,
} from '../../jetstream/dead-letter/dead-letter-options.js';
import {
  attemptLogFaults,
  type AttemptLogOptions,
  resolveAttemptLog,
  type ResolvedAttemptLogOptions,
} from '../../jetstream/settlement/attempt-log-options.js';
import type { Provision, StreamDeclaration } from '../../jetstream/stream/stream-declaration.js';
import { streamFaults } from '../../jetstream/stream/stream-faults.js';

/** Options of a strategy that are about JetStream. */
export interface StrategyJetStreamSettings {
  /** The streams this application declares; others can be consumed too, if they are there. Default none. */
  streams?: readonly StreamDeclaration[];
  /** What may be done to streams and consumers. Default `'create'`. */
  provision?: Provision;
  /** How JetStream is reached. */
  jetstream?: JetStreamOptions;
  /**
   * Where messages go that are given up, unless a handler says otherwise; `false` drops them, with a
   * line in the log. Default: the stream `DEAD_LETTERS`, on subjects `dead.<stream>.<consumer>`.
   */
  deadLetters?: DeadLetterOptions | false;
  /**
   * Where failed attempts are written down, so that a message which ends the process is told from
   * its neighbours; `false` counts deliveries instead. Default: the bucket `nestjs-nats-attempts`.
   */
  attemptLog?: AttemptLogOptions | false;
  /**
   * Consumers with `max_deliver` that others own: what the server gives up for them is kept as a
   * dead letter. Default none.
   */
  givenUpBy?: readonly NetConsumer[];
}

/** Is what {@link StrategyJetStreamSettings} come to. */
export interface JetStreamSettings {
  readonly streams: readonly StreamDeclaration[];
  readonly provision: Provision;
  readonly jetstream: ResolvedJetStreamOptions;
  readonly deadLetters: ResolvedDeadLetterOptions | false;
  readonly attemptLog: ResolvedAttemptLogOptions | false;
  readonly givenUpBy: readonly NetConsumer[];
}

const PROVISIONS = ['create', 'update', 'verify', 'off'] satisfies Provision[];

/** Says what is wrong with settings of JetStream. */
export function jetStreamSettingsFaults(settings: StrategyJetStreamSettings): string[] {
  const { streams = [], provision = 'create', jetstream = {}, deadLetters, attemptLog } = settings;
  const { givenUpBy = [] } = settings;
  const provisionProblem = choiceFault(provision, PROVISIONS);
  return [
    ...streamFaults(streams),
    ...(provisionProblem === undefined ? [] : [`provision: ${provisionProblem}`]),
    ...jetStreamFaults(jetstream),
    ...(deadLetters === false ? [] : deadLetterFaults(deadLetters)),
    ...attemptLogFaults(attemptLog),
    ...givenUpByFaults(givenUpBy, deadLetters === false),
  ];
}

function givenUpByFaults(consumers: unknown, dropsDeadLetters: boolean): string[] {
  if (!Array.isArray(consumers)) return ['givenUpBy: expected a list of { stream, consumer }'];
  if (consumers.length > 0 && dropsDeadLetters)
    return ['givenUpBy: there are no dead letters with deadLetters: false'];
  return (consumers as unknown[]).flatMap((one, i) => {
    if (!isRecord(one)) return [`givenUpBy[${i}]: expected { stream, consumer }`];
    return [
      ...named(`givenUpBy[${i}].stream`, nameFault(one['stream'])),
      ...named(`givenUpBy[${i}].consumer`, nameFault(one['consumer'])),
    ];
  });
}

/** Fills in the defaults; the settings have been checked. */
export function resolveJetStreamSettings({
  streams = [],
  provision = 'create',
  jetstream,
  deadLetters,
  attemptLog,
  givenUpBy = [],
}: StrategyJetStreamSettings): JetStreamSettings {
  return {
    streams,
    provision,
    jetstream: resolveJetStreamOptions(jetstream),
    deadLetters: deadLetters === false ? false : resolveDeadLetters(deadLetters),
    attemptLog: attemptLog === false ? false : resolveAttemptLog(attemptLog),
    givenUpBy,
  };
}

/** Where messages of a consumer go that are given up, if they are kept. */
export function deadLettersTo(
  { deadLetter, stream, mode }: ResolvedConsumeOptions,
  { deadLetters }: JetStreamSettings,
  consumer: string,
): string | undefined {
  if (mode === 'ordered' || deadLetter === false) return undefined;
  if (deadLetter !== undefined) return deadLetter;
  return deadLetters === false ? undefined : deadLetterSubject(deadLetters, stream, consumer);
}

/** Says where dead letters of a subject are kept, as far as that is known. */
export function storeOf(subject: string, { deadLetters }: JetStreamSettings): string {
  const isOwn = deadLetters !== false && subject.startsWith(`${deadLetters.subjectPrefix}.`);
  return isOwn ? `in the stream ${quote(deadLetters.stream)}` : `on ${quote(subject)}`;
}
