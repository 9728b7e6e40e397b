import { ConnectionHold } from '../../connection/connection-hold.js';
import { type ConnectionChoice, connectionOf } from '../../connection/connection-of.js';
import type { SharedConnection } from '../../connection/shared-connection.js';
import { requesterOf } from '../../core/requester.js';
import { quote } from '../../errors/quote.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { HEADER } from '../../message/header-table.js';
import { API_ERROR } from '../api/api-error.js';
import { JetStreamApi } from '../api/js-api.js';
import {
  jetStreamFaults,
  type JetStreamOptions,
  resolveJetStreamOptions,
} from '../api/js-options.js';
import { nameFault } from '../api/name-fault.js';
import { store, type StoredAt } from '../api/store.js';
import {
  assertQuery,
  type DeadLetterFilter,
  type DeadLetterQuery,
  isWanted,
} from './dead-letter-filter.js';
import { resolveDeadLetters } from './dead-letter-options.js';
import {
  REDRIVE_OPTIONS,
  rateFaults,
  redriveAll,
  type RedriveCounts,
  type RedriveOptions,
} from './redrive-all.js';
import { type DeadLetter, readDeadLetter } from './read-dead-letter.js';
import { redriveFault, type RedriveMessage, redriveMessage } from './redrive-message.js';
import { removeMessage, storedMessage } from './stored-message.js';

/** Where dead letters are, and how they are reached. */
export type DeadLettersOptions = {
  /** The stream that keeps them. Default `'DEAD_LETTERS'`. */
  stream?: string;
  /** How JetStream is reached. */
  jetstream?: JetStreamOptions;
} & ConnectionChoice;

interface StreamState {
  readonly state: { readonly messages: number; readonly last_seq: number };
}

/**
 * Looks at the messages that consumers have given up, and publishes them again.
 *
 * It holds the connection from its first use until {@link close}. Its methods throw
 * `NatsTransportError`: `CONNECTION_FAILED`, `NOT_CONNECTED`, `CONNECTION_LOST`, `TIMEOUT`,
 * `PERMISSION_DENIED`, `JETSTREAM_DISABLED`, and `STREAM_NOT_FOUND` when there is no stream of dead
 * letters.
 */
export class DeadLetters {
  private readonly shared: SharedConnection;
  private readonly stream: string;
  private readonly api: JetStreamApi;
  private readonly hold: ConnectionHold;

  /** @throws NatsTransportError `INVALID_OPTIONS` */
  constructor(options: DeadLettersOptions = {}) {
    const { stream, jetstream, ...rest } = options;
    const fault = stream === undefined ? undefined : nameFault(stream);
    const faults = [
      ...(fault === undefined ? [] : [`stream: ${fault}`]),
      ...jetStreamFaults(jetstream ?? {}),
    ];
    this.shared = connectionOf(rest, faults, 'DeadLetters');
    this.hold = new ConnectionHold(this.shared);
    this.stream = resolveDeadLetters({ stream }).stream;
    this.api = new JetStreamApi(this.shared, resolveJetStreamOptions(jetstream));
  }

  /**
   * Reads dead letters, the oldest first: those that are there when it begins.
   *
   * @throws NatsTransportError `INVALID_OPTIONS`
   */
  async *list(query: DeadLetterQuery = {}): AsyncGenerator<DeadLetter, void, undefined> {
    assertQuery(query);
    let left = query.limit ?? Infinity;
    const { last_seq: last } = await this.state();
    for (let seq = 1; seq <= last && left > 0;) {
      // the stream has no other subjects than ours, and with '>' it goes over what was removed
      const stored = await storedMessage(this.api, this.stream, { seq, next_by_subj: '>' });
      if (stored === undefined || stored.sequence > last) return;
      seq = stored.sequence + 1;
      const letter = readDeadLetter(stored);
      if (letter === undefined || !isWanted(letter, query)) continue;
      left--;
      yield letter;
    }
  }

  /** Counts dead letters. Without a filter the stream knows how many; with one all are read. */
  async count(filter: DeadLetterFilter = {}): Promise<number> {
    assertQuery(filter);
    if (Object.values(filter).every((value) => value === undefined)) {
      return (await this.state()).messages;
    }
    let count = 0;
    for await (const _ of this.list(filter)) count++;
    return count;
  }

  /** Reads one dead letter, or nothing when there is none of that sequence. */
  async get(sequence: number): Promise<DeadLetter | undefined> {
    await this.hold.connect();
    const stored = await storedMessage(this.api, this.stream, { seq: sequence });
    return stored && readDeadLetter(stored);
  }

  /**
   * Publishes the message of a dead letter on its subject again, waits until a stream has it, and
   * removes the dead letter. After a crash in between, doing it again stores nothing twice, as long as
   * the stream remembers (its `duplicate_window`). A stream with `no_ack` is looked into after `apiTimeoutMs`.
   *
   * Every consumer of the subject gets the message, not only the one that gave it up.
   *
   * @returns where the message is stored
   * @throws NatsTransportError `JETSTREAM_REFUSED` when there is no such dead letter,
   * `INVALID_SUBJECT` when its subject may not be published on, and what its stream says
   */
  async redrive(sequence: number): Promise<StoredAt> {
    const letter = await this.get(sequence);
    if (letter !== undefined) return this.redriveLetter(letter);
    throw new NatsTransportError(
      'JETSTREAM_REFUSED',
      `Cannot redrive dead letter ${sequence} of ${quote(this.stream)}: there is none. ` +
        'It may have been redriven or removed.',
      { details: { stream: this.stream, sequence, apiCode: API_ERROR.messageNotFound } },
    );
  }

  /**
   * Redrives many dead letters, one after the other: those that are there when it begins, not those
   * that fail again. A dead letter without its own headers is skipped, and so is one whose subject
   * may not be published on.
   *
   * @throws NatsTransportError `INVALID_OPTIONS`; that a single one fails is counted, not thrown
   */
  async redriveAll(options: RedriveOptions = {}): Promise<RedriveCounts> {
    assertQuery(options, REDRIVE_OPTIONS, rateFaults(options.ratePerSecond));
    const { ratePerSecond, dryRun, signal, onProgress, ...query } = options;
    return redriveAll(this.list(query), (letter) => this.redriveLetter(letter), {
      ratePerSecond,
      dryRun,
      signal,
      onProgress,
    });
  }

  /** Removes a dead letter for good. @returns `false` when there was none of that sequence */
  async remove(sequence: number): Promise<boolean> {
    await this.hold.connect();
    return removeMessage(this.api, this.stream, sequence);
  }

  /** Lets go of the connection. */
  async close(): Promise<void> {
    await this.hold.release();
  }

  private async redriveLetter(letter: DeadLetter): Promise<StoredAt> {
    const { subject, sequence } = letter;
    const fault = redriveFault(letter);
    if (fault !== undefined) {
      throw new NatsTransportError(
        'INVALID_SUBJECT',
        `Cannot redrive dead letter ${sequence} on ${quote(subject)}: ${fault}.`,
        { details: { subject, sequence } },
      );
    }
    const timeoutMs = this.api.options.apiTimeoutMs;
    const maxBytes = this.shared.current?.info?.max_payload ?? Infinity;
    const message = redriveMessage(letter, this.stream, maxBytes);
    const stored = await store(requesterOf(this.shared), { ...message, timeoutMs }).catch(
      async (error: unknown) => {
        const found = isNatsTransportError(error, 'TIMEOUT')
          ? await this.find(message, letter.stream)
          : undefined;
        if (found === undefined) throw error;
        return found;
      },
    );
    await this.remove(sequence);
    return stored;
  }

  /**
   * Looks whether a stream has a message that it has not acknowledged: an acknowledgement may be lost, and a
   * stream with `no_ack` gives none. Others may have published on the subject since: then nobody knows.
   */
  private async find(
    { subject, headers }: RedriveMessage,
    stream: string,
  ): Promise<StoredAt | undefined> {
    const id = headers?.get(HEADER.msgId);
    if (!id) return undefined;
    const last = await storedMessage(this.api, stream, { last_by_subj: subject }).catch(
      () => undefined,
    );
    return last?.headers?.get(HEADER.msgId) === id
      ? { stream, sequence: last.sequence, duplicate: false }
      : undefined;
  }

  private async state(): Promise<StreamState['state']> {
    await this.hold.connect();
    const what = `Cannot read the stream of dead letters ${quote(this.stream)}`;
    const info = await this.api.read<StreamState>(`STREAM.INFO.${this.stream}`, undefined, what);
    return info.state;
  }
}
