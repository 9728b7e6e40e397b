import type { Delivery } from '../pull/delivery.js';
import {
  type Admission,
  admissionFor,
  countedAdmission,
  FRESH,
  guessedAdmission,
} from './admission.js';
import { type AttemptEntry, entryKey } from './attempt-entry.js';
import { type AttemptLog, UNREADABLE } from './attempt-log.js';

/** Is how many entries a process keeps of its own for each consumer. */
const MAX_KEPT = 4_096;

/** What this process has written last of a message. */
interface Kept {
  readonly entry: AttemptEntry;
  /** Others can read it. */
  isWritten: boolean;
}

/**
 * Counts the attempts of a consumer's messages, so that a message which ends the process is told
 * from those that were beside it (docs/adr/0010-an-attempt-log.md).
 *
 * A message that comes for the first time, and one that this process has put off itself, is admitted
 * at once. The order of calls for a message: {@link admit}; in quarantine {@link started}; if it is
 * put off {@link failed}; in the end {@link forget}, and after quarantine {@link survived}.
 */
export class Attempts {
  /** By sequence in the stream; the oldest first. */
  private readonly kept = new Map<number, Kept>();

  /** @param log nothing to count deliveries instead, in which a crash is everybody's */
  constructor(private readonly log: AttemptLog | undefined) {}

  /** Says how a message is to be taken on. Never rejects. */
  admit(delivery: Delivery): Admission | Promise<Admission> {
    const { deliveryCount, streamSequence } = delivery;
    if (deliveryCount === 1) return FRESH;
    const kept = this.kept.get(streamSequence);
    // nobody else can have written of a delivery that was ours
    if (kept?.entry.delivered === deliveryCount - 1) return this.admitKept(delivery, kept);
    if (this.log === undefined) return countedAdmission(delivery);
    return this.lookUp(this.log, delivery);
  }

  /**
   * Writes down, before the handler runs, that an attempt begins: if the process ends now, it was
   * this message. Never rejects.
   *
   * @returns how the message is taken on by its deliveries alone, if nothing could be written
   */
  async started(
    delivery: Delivery,
    { used, crashes, firstFailureMs }: Admission,
  ): Promise<Admission | undefined> {
    const now = Date.now();
    const isWritten = await this.write(delivery, {
      kind: 'started',
      used: used + 1,
      crashes: crashes + 1,
      first: firstFailureMs ?? now,
      last: now,
    });
    return isWritten ? undefined : guessedAdmission(delivery);
  }

  /**
   * Writes down that an attempt has failed, before the message is put off. Never rejects.
   *
   * @param counted `false` when the handler has put the message off itself
   */
  async failed(delivery: Delivery, admission: Admission, counted: boolean): Promise<void> {
    const { used, crashes, firstFailureMs: first, lastFailureMs: last } = admission;
    const now = Date.now();
    await this.write(delivery, {
      kind: 'failed',
      used: counted ? used + 1 : used,
      crashes,
      first: counted ? (first ?? now) : first,
      last: counted ? now : last,
    });
  }

  /**
   * Writes down that the process has outlived an attempt which {@link started} has announced: it is not
   * held against the message when that comes again, because its acknowledgement was lost. Never rejects.
   */
  async survived(delivery: Delivery, admission: Admission): Promise<void> {
    const entry = this.kept.get(delivery.streamSequence)?.entry;
    // a failure is written down already, or it has come again while a slow handler still ran
    if (entry?.kind === 'failed' && entry.delivered === delivery.deliveryCount) return;
    if (entry !== undefined && entry.delivered > delivery.deliveryCount) return;
    await this.failed(delivery, admission, false);
  }

  /** The message is over for this process. */
  forget({ deliveryCount, streamSequence }: Delivery): void {
    if (deliveryCount > 1) this.kept.delete(streamSequence);
  }

  private admitKept(delivery: Delivery, kept: Kept): Admission | Promise<Admission> {
    const admission = admissionFor(delivery, kept.entry);
    if (kept.isWritten || this.log === undefined) return admission;
    // if this attempt ends the process, the next one is not to judge by what was there before
    return this.put(delivery, kept).then(() => admission);
  }

  private async lookUp(log: AttemptLog, delivery: Delivery): Promise<Admission> {
    const entry = await log.read(
      entryKey(delivery),
      (near) => admissionFor(delivery, near).lane === 'normal',
    );
    return entry === UNREADABLE ? guessedAdmission(delivery) : admissionFor(delivery, entry);
  }

  /** @returns whether others can read it */
  private async write(
    delivery: Delivery,
    told: Omit<AttemptEntry, 'delivered' | 'stored'>,
  ): Promise<boolean> {
    const { deliveryCount: delivered, storedAtMs: stored, streamSequence } = delivery;
    const kept = { entry: { ...told, delivered, stored }, isWritten: false };
    this.keep(streamSequence, kept);
    await this.put(delivery, kept);
    return kept.isWritten;
  }

  private async put(delivery: Delivery, kept: Kept): Promise<void> {
    if (await this.log?.write(entryKey(delivery), kept.entry)) kept.isWritten = true;
  }

  private keep(sequence: number, kept: Kept): void {
    this.kept.delete(sequence);
    this.kept.set(sequence, kept);
    if (this.kept.size <= MAX_KEPT) return;
    const [oldest] = this.kept.keys();
    this.kept.delete(oldest!);
  }
}
