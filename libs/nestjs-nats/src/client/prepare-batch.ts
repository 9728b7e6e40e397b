import { throwFaults } from '../errors/option-faults.js';
import { describe, quote } from '../errors/quote.js';
import { isRecord } from '../jetstream/api/setting-checks.js';
import type { StreamTarget } from '../jetstream/publish/stream-target.js';
import type { BatchMessage, BatchPublishOptions } from './call-options.js';
import type { OutgoingMessages, PreparedMessage } from './outgoing.js';
import type { OutgoingPacket } from './request-format.js';

/** Is how many messages a server takes in one batch. */
const MAX_MESSAGES = 1_000;

/** A message that belongs to a stream. */
export type StoredMessage = PreparedMessage & { readonly target: StreamTarget };

/** @throws NatsTransportError `INVALID_OPTIONS` when it is no list of messages that one batch may have */
export function assertBatch(messages: readonly BatchMessage[]): void {
  throwFaults(listFaults(messages), WHAT);
}

/**
 * Prepares the messages of a batch that {@link assertBatch} has let pass.
 *
 * @throws NatsTransportError `INVALID_OPTIONS`, and what {@link OutgoingMessages.prepare} throws
 */
export async function prepareBatch(
  outgoing: OutgoingMessages,
  messages: readonly BatchMessage[],
  { stream, timeoutMs }: BatchPublishOptions,
  toEvent: (message: BatchMessage) => OutgoingPacket,
): Promise<[StoredMessage, ...StoredMessage[]]> {
  const prepared = await Promise.all(
    messages.map(async (message) => {
      const { subject: _, data: __, ...options } = message;
      const given = { ...options, ...(stream !== undefined && { stream }) };
      return outgoing.prepare(toEvent(message), { ...given, ...(timeoutMs && { timeoutMs }) });
    }),
  );
  throwFaults(memberFaults(prepared), WHAT);
  return prepared as [StoredMessage, ...StoredMessage[]];
}

const WHAT = 'the messages of the batch';

function listFaults(messages: unknown): string[] {
  if (!Array.isArray(messages)) return [`expected a list, got ${describe(messages)}`];
  if (messages.length === 0) return ['there are none'];
  if (messages.length > MAX_MESSAGES) {
    return [`there are ${messages.length}; a server takes ${MAX_MESSAGES} in one batch`];
  }
  return messages.flatMap((message: unknown, i) =>
    isRecord(message) ? [] : [`[${i}]: expected an object, got ${describe(message)}`],
  );
}

/** A batch is stored by one stream, and as a whole. */
function memberFaults(messages: readonly PreparedMessage[]): string[] {
  const [first] = messages;
  return messages.flatMap(({ subject, target }, i) => {
    const faults: string[] = [];
    if (target === undefined) {
      faults.push(`no declared stream takes ${quote(subject)}; declare one, or name it by stream`);
    } else {
      if (first?.target && target.stream !== first.target.stream) {
        faults.push(`it belongs to ${target.stream}, the first one to ${first.target.stream}`);
      }
      if (target.declaration && target.declaration.allow_atomic !== true) {
        faults.push(`the stream "${target.stream}" is declared without allow_atomic`);
      }
      if (!target.acknowledged) faults.push('a batch is acknowledged');
      const { expectLastMsgId, expectLastSequence } = target.options ?? {};
      if (expectLastMsgId !== undefined) faults.push('expectLastMsgId: not in a batch');
      if (expectLastSequence !== undefined && i > 0) {
        faults.push('expectLastSequence: only for the first message, it counts for all');
      }
    }
    return faults.map((fault) => `[${i}]: ${fault}`);
  });
}
