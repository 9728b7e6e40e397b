import type { SharedConnection } from '../../connection/shared-connection.js';
import { requesterOf } from '../../core/requester.js';
import { isNatsTransportError } from '../../errors/transport-error.js';
import { readHeaders } from '../../message/headers.js';
import { API_ERROR } from '../api/api-error.js';
import { JetStreamApi } from '../api/js-api.js';
import { DEFAULT_API_PREFIX, type ResolvedJetStreamOptions } from '../api/js-options.js';
import { store } from '../api/store.js';
import { madeWith } from '../stream/own-stream.js';
import { type AttemptEntry, readEntry } from './attempt-entry.js';
import { attemptLogStream, type ResolvedAttemptLogOptions } from './attempt-log-options.js';

/** How long the log is left alone after it has not answered as it should, in milliseconds. */
const PAUSE_MS = 5_000;

/** Is what reading comes to when the log cannot be read. */
export const UNREADABLE = Symbol('unreadable');

/** What an {@link AttemptLog} works with. */
export interface AttemptLogSettings extends ResolvedAttemptLogOptions {
  /** Whether to make the bucket when it is missing. */
  readonly create: boolean;
  /** Hears, once until it works again, why the log cannot be used. Must not throw. */
  readonly report: (error: unknown) => void;
}

/**
 * Remembers attempts outside of the process, where a crash does not take them along: in a key-value
 * bucket, an entry for each message that has failed.
 *
 * Its methods never throw. While the log is out of order handlers go on without it.
 */
export class AttemptLog {
  private readonly api: JetStreamApi;
  private readonly stream: string;
  private readonly directSubject: string;
  private readonly putSubject: string;
  private inOrder = true;
  private pausedUntil = 0;

  constructor(
    private readonly shared: SharedConnection,
    private readonly jetstream: ResolvedJetStreamOptions,
    private readonly settings: AttemptLogSettings,
  ) {
    const { bucket } = settings;
    this.api = new JetStreamApi(shared, jetstream);
    this.stream = `KV_${bucket}`;
    this.directSubject = `$KV.${bucket}`;
    const { apiPrefix } = jetstream;
    // a domain is reached by its prefix, in which the server has a place for buckets
    this.putSubject = `${apiPrefix === DEFAULT_API_PREFIX ? '' : `${apiPrefix}.`}$KV.${bucket}`;
  }

  /**
   * Reads the entry of a message.
   *
   * @param suffices tells whether an entry needs no second look: any server of the cluster may give
   * one, and its leader alone is sure to have the last
   */
  async read(
    key: string,
    suffices: (entry: AttemptEntry) => boolean,
  ): Promise<AttemptEntry | undefined | typeof UNREADABLE> {
    if (this.isPaused) return UNREADABLE;
    try {
      const near = await this.readNear(key);
      const entry = near !== undefined && suffices(near) ? near : await this.readLast(key);
      this.inOrder = true;
      return entry;
    } catch (error) {
      this.failed(error);
      return UNREADABLE;
    }
  }

  /** Writes the entry of a message. @returns whether the server has it */
  async write(key: string, entry: AttemptEntry): Promise<boolean> {
    if (this.isPaused) return false;
    try {
      await this.put(key, entry);
      this.inOrder = true;
      return true;
    } catch (error) {
      this.failed(error);
      return false;
    }
  }

  private get isPaused(): boolean {
    return performance.now() < this.pausedUntil;
  }

  private async readNear(key: string): Promise<AttemptEntry | undefined> {
    try {
      const operation = `DIRECT.GET.${this.stream}.${this.directSubject}.${key}`;
      const message = await this.api.ask(operation, undefined, READ);
      return readHeaders(message)?.code === 0 ? readEntry(message.data) : undefined;
    } catch (error) {
      // nobody answers for a bucket that is missing, or made without direct reads
      if (isNatsTransportError(error, 'JETSTREAM_DISABLED')) return undefined;
      if (isNatsTransportError(error, 'PERMISSION_DENIED')) return undefined;
      throw error;
    }
  }

  private async readLast(key: string): Promise<AttemptEntry | undefined> {
    const body = { last_by_subj: `${this.directSubject}.${key}` };
    try {
      const { message } = await this.api.read<{ message: { data?: string } }>(
        `STREAM.MSG.GET.${this.stream}`,
        body,
        READ,
      );
      return readEntry(Buffer.from(message.data ?? '', 'base64'));
    } catch (error) {
      // a bucket that may be made is made when there is something to write
      const isEmpty = this.settings.create && isNatsTransportError(error, 'STREAM_NOT_FOUND');
      if (isEmpty || isMissing(error)) return undefined;
      throw error;
    }
  }

  private async put(key: string, entry: AttemptEntry): Promise<void> {
    const message = {
      subject: `${this.putSubject}.${key}`,
      payload: Buffer.from(JSON.stringify(entry)),
      headers: undefined,
      timeoutMs: this.jetstream.apiTimeoutMs,
    };
    const requester = requesterOf(this.shared);
    try {
      await store(requester, message);
    } catch (error) {
      if (!this.settings.create || !isNatsTransportError(error, 'STREAM_NOT_FOUND')) throw error;
      await this.make();
      await store(requester, message);
    }
  }

  private async make(): Promise<void> {
    try {
      const config = madeWith(attemptLogStream(this.settings));
      await this.api.request(`STREAM.CREATE.${this.stream}`, config, MAKE);
    } catch (error) {
      // another process, set up otherwise, was first
      if (!isNatsTransportError(error, 'STREAM_MISMATCH')) throw error;
    }
  }

  private failed(error: unknown): void {
    // without a connection nothing works, and that is told elsewhere
    if (isNatsTransportError(error, 'NOT_CONNECTED')) return;
    if (isNatsTransportError(error, 'CONNECTION_LOST')) return;
    this.pausedUntil = performance.now() + PAUSE_MS;
    if (this.inOrder) this.settings.report(error);
    this.inOrder = false;
  }
}

const READ = 'Cannot read the attempts of a message';
const MAKE = 'Cannot make the bucket for attempts';

function isMissing(error: unknown): boolean {
  return isNatsTransportError(error) && error.details['apiCode'] === API_ERROR.messageNotFound;
}
