import type { FaultKind } from './fault-plan.js';

/** Something that was done to a server or worker. Times are in milliseconds since 1970. */
export interface Fault {
  readonly what: FaultKind;
  readonly name: string;
  readonly at: number;
  /** When everything was well again. */
  readonly backAt: number;
  /** How many messages were being worked on by those whom it concerned, at most: so many may come again. */
  readonly slots: number;
  /**
   * For how long before it acknowledgements are forgotten besides. A server on its own writes down what consumers have
   * acknowledged ten times a second; one of several is not the only one that knows.
   */
  readonly forgetsMs: number;
}

/** What a run has come to. */
export interface Verdict {
  readonly attempted: number;
  readonly acked: number;
  /** How many different messages were handled. */
  readonly handled: number;
  /** How many were acknowledged to their publisher and never handled. */
  readonly lost: number;
  /** Some of those. */
  readonly lostIds: readonly number[];
  /** How many were handled that nobody has published. */
  readonly invented: number;
  /** How often a message was handled that had been handled before. */
  readonly duplicates: number;
  /** How many duplicates the faults excuse: for each, what was under way and what a server had not written down. */
  readonly duplicateLimit: number;
  /** How many duplicates each fault has led to, in their order. */
  readonly duplicatesByFault: readonly number[];
  /** How many duplicates no fault explains. */
  readonly unexplained: number;
  /** Some of those. */
  readonly unexplainedRepeats: readonly Repeat[];
  readonly faults: readonly Fault[];
}

/** Is how long after the return of a server its clients may still hold acknowledgements, in milliseconds. */
const RECONNECT_MS = 2_000;
const MANY = 20;

/** Is what a worker says of a message that it handles. */
export interface Handling {
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  /** Whether it had been delivered before, to whomever: something had happened to it already. */
  readonly redelivered: boolean;
}

/** A message was handled, and once more. Times are in milliseconds since 1970. */
export interface Repeat extends Handling {
  readonly id: number;
  readonly againAt: number;
  readonly againBy: string;
}

/**
 * Compares what publishers were promised with what workers have done.
 *
 * It is told by processes that know nothing of each other, of each message when it is first attempted, when its
 * acknowledgement has come, and each time it is handled; in any order.
 */
export class Oracle {
  private readonly tried = new Set<number>();
  private readonly promised = new Set<number>();
  /** By whom and when each message was handled, the last time. */
  private readonly done = new Map<number, Handling>();
  private readonly repeats: Repeat[] = [];

  /** A publisher is about to send a message. */
  attempt(id: number): void {
    this.tried.add(id);
  }

  /** A publisher has the acknowledgement of a message. */
  ack(id: number): void {
    this.promised.add(id);
  }

  /** A worker has handled a message. */
  handle(id: number, now: Handling): void {
    const before = this.done.get(id);
    // two journals are read one after the other, so that the later line may come first
    const isLater = before === undefined || before.at <= now.at;
    const [first, second] = isLater ? [before, now] : [now, before];
    if (first !== undefined) {
      this.repeats.push({ id, ...first, againAt: second.at, againBy: second.by });
    }
    this.done.set(id, second);
  }

  /** How many messages were attempted, acknowledged and handled so far, and handled again. */
  get counts(): { attempted: number; acked: number; handled: number; duplicates: number } {
    const { tried, promised, done, repeats } = this;
    return {
      attempted: tried.size,
      acked: promised.size,
      handled: done.size,
      duplicates: repeats.length,
    };
  }

  /** Gives the judgement when everything has been told. */
  verdict(faults: readonly Fault[]): Verdict {
    const lost = [...this.promised].filter((id) => !this.done.has(id));
    const byFault = faults.map(() => 0);
    const unexplained: Repeat[] = [];
    for (const repeat of this.repeats) {
      const blamed = blame(repeat, faults);
      if (blamed === -1) unexplained.push(repeat);
      else byFault[blamed]!++;
    }
    return {
      ...this.counts,
      lost: lost.length,
      lostIds: lost.slice(0, MANY),
      invented: [...this.done.keys()].filter((id) => !this.tried.has(id)).length,
      duplicateLimit: faults.reduce((sum, fault) => sum + fault.slots + this.forgottenBy(fault), 0),
      duplicatesByFault: byFault,
      unexplained: unexplained.length,
      unexplainedRepeats: unexplained.slice(0, MANY),
      faults,
    };
  }

  private forgottenBy({ at, forgetsMs }: Fault): number {
    if (forgetsMs === 0) return 0;
    const times = [...this.done.values(), ...this.repeats].map((handling) => handling.at);
    return times.filter((time) => time > at - forgetsMs && time <= at).length;
  }
}

/** Finds the fault that took along the news that a message was handled, the nearest; -1 when there is none. */
function blame(repeat: Repeat, faults: readonly Fault[]): number {
  let found = -1;
  const distance = (index: number): number => Math.abs(faults[index]!.at - repeat.at);
  for (const [index, fault] of faults.entries()) {
    if (!explains(fault, repeat)) continue;
    if (found === -1 || distance(index) < distance(found)) found = index;
  }
  return found;
}

function explains({ what, name, at, backAt }: Fault, repeat: Repeat): boolean {
  if (repeat.againAt < at) return false;
  if (what === 'worker') return repeat.by === name && repeat.at <= backAt;
  if (repeat.at <= backAt + RECONNECT_MS) return true;
  // it has waited for its turn in quarantine, and the word that it is worked on may have gone down with the server
  return repeat.redelivered && repeat.at >= at;
}

/** Says what is wrong with a run, a sentence each; nothing when it has kept every promise. */
export function complaints(verdict: Verdict): string[] {
  const { attempted, acked, lost, lostIds, invented, duplicates, duplicateLimit } = verdict;
  const said: string[] = [];
  if (lost > 0) {
    said.push(`${lost} acknowledged messages were never handled: ${lostIds.join(', ')}`);
  }
  if (acked < attempted) said.push(`${attempted - acked} messages were never acknowledged`);
  if (invented > 0) said.push(`${invented} messages were handled that nobody has published`);
  if (duplicates > duplicateLimit) {
    said.push(`${duplicates} messages were handled again, more than ${duplicateLimit}`);
  }
  if (verdict.unexplained > 0) {
    const which = verdict.unexplainedRepeats.map((repeat) => tale(repeat, verdict.faults));
    said.push(
      `${verdict.unexplained} messages were handled again without a fault to blame: ${which.join('; ')}`,
    );
  }
  return said;
}

/** Tells of a repeat how long it was after the last fault, and how long until the message came again. */
function tale({ id, by, at, againBy, againAt }: Repeat, faults: readonly Fault[]): string {
  const last = faults.findLast((fault) => fault.at <= at);
  const after =
    last &&
    ` ${at - last.at} ms after the ${last.what} ${last.name} (${at - last.backAt} ms after its return)`;
  return `${id} by ${by}${after ?? ''}, and ${againAt - at} ms later by ${againBy}`;
}
