import { codecFault } from '../../codec/registry.js';
import {
  choiceFault,
  MAX_TIMER_MS,
  unknownOptionFaults,
  wholeNumberFault,
} from '../../errors/option-faults.js';
import { describe, quote } from '../../errors/quote.js';
import { subjectFault } from '../../subject/subject.js';
import { nameFault } from '../api/name-fault.js';
import { isRecord, settingFaults } from '../api/setting-checks.js';
import { retryFaults } from '../settlement/retry-faults.js';
import type { NatsConsumeOptions } from './consume-options.js';
import { deliverFault } from './consumer-start.js';
import { OWNED_BY_HANDLER, PASS_THROUGH_SETTINGS } from './pass-through.js';

type Extras = Readonly<Record<string, unknown>>;

const OPTIONS = [
  'stream',
  'mode',
  'durable',
  'concurrency',
  'ackWaitMs',
  'handlerTimeoutMs',
  'retry',
  'deadLetter',
  'batch',
  'singleActive',
  'deliver',
  'ack',
  'codec',
  'consumer',
] as const satisfies readonly (keyof NatsConsumeOptions)[];

/** Why an option of handlers of core NATS is none of a handler of a stream. */
const OF_CORE: Readonly<Record<string, string>> = {
  queue: 'replicas share a stream by the name of their durable',
  maxPending: 'what cannot be handled yet waits in the stream',
  overflow: 'what cannot be handled yet waits in the stream',
};

/** What makes no sense without acknowledgements. */
const NOT_ORDERED = ['ackWaitMs', 'retry', 'deadLetter', 'ack', 'batch'] as const;

/** Says what is wrong with the options of a handler that consumes a stream, all of it at once. */
export function consumeFaults(extras: Extras): string[] {
  return [
    ...unknownOptionFaults(extras, OPTIONS, OF_CORE),
    ...checkEach(extras),
    ...retryFaults(extras['retry']),
    ...modeFaults(extras),
    ...passThroughFaults(extras['consumer']),
  ];
}

function checkEach(extras: Extras): string[] {
  const faults: string[] = [];
  const check = (name: string, faultOf: (value: unknown) => string | undefined): void => {
    const value = extras[name];
    const fault = value === undefined ? undefined : faultOf(value);
    if (fault !== undefined) faults.push(`${name}: ${fault}`);
  };
  const named = (value: unknown) => namedFault(value, nameFault(value));
  if (extras['stream'] === undefined) faults.push('stream: expected the name of a stream');
  check('stream', named);
  check('durable', named);
  check('mode', (mode) => choiceFault(mode, ['durable', 'broadcast', 'ordered']));
  check('concurrency', (count) => wholeNumberFault(count, 1));
  check('ackWaitMs', (wait) => wholeNumberFault(wait, 1_000, MAX_TIMER_MS));
  check('handlerTimeoutMs', (limit) => wholeNumberFault(limit, 1, MAX_TIMER_MS));
  check('deadLetter', (to) => (to === false ? undefined : namedFault(to, subjectFault(to))));
  check('batch', batchFault);
  check('singleActive', (on) => (typeof on === 'boolean' ? undefined : 'expected true or false'));
  check('deliver', deliverFault);
  check('ack', (ack) => choiceFault(ack, ['normal', 'confirmed']));
  check('codec', codecFault);
  return faults;
}

function modeFaults(extras: Extras): string[] {
  const { mode = 'durable', durable, singleActive, concurrency = 1 } = extras;
  if (mode === 'durable') {
    return durable === undefined
      ? ["durable: expected a name; replicas share it. For none of your own use mode: 'broadcast'"]
      : [];
  }
  const faults: string[] = [];
  if (durable !== undefined) faults.push(`durable: there is none in mode ${quote(mode)}`);
  if (singleActive === true) faults.push(`singleActive: needs mode "durable"`);
  if (mode !== 'ordered') return faults;
  if (concurrency !== 1) faults.push('concurrency: mode "ordered" handles one message at a time');
  for (const name of NOT_ORDERED) {
    if (extras[name] !== undefined)
      faults.push(`${name}: mode "ordered" has no acknowledgements; leave it out`);
  }
  return faults;
}

function passThroughFaults(consumer: unknown): string[] {
  if (consumer === undefined) return [];
  if (!isRecord(consumer)) return [`consumer: expected an object, got ${describe(consumer)}`];
  return settingFaults(consumer, PASS_THROUGH_SETTINGS, OWNED_BY_HANDLER).map(
    (fault) => `consumer.${fault}`,
  );
}

function batchFault(batch: unknown): string | undefined {
  if (!isRecord(batch)) return `expected { size }, got ${describe(batch)}`;
  const { size, maxWaitMs = 0 } = batch;
  const faults = unknownOptionFaults(batch, ['size', 'maxWaitMs']);
  const sizeFault = wholeNumberFault(size, 1);
  if (sizeFault !== undefined) faults.push(`size: ${sizeFault}`);
  const waitFault = wholeNumberFault(maxWaitMs, 0, MAX_TIMER_MS);
  if (waitFault !== undefined) faults.push(`maxWaitMs: ${waitFault}`);
  return faults.length === 0 ? undefined : faults.join(', ');
}

function namedFault(value: unknown, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${quote(value)}: ${fault}`;
}
