import { type Answer, type Mode, MODES } from './shop-client.js';

/** What the demo of the shop saw while a worker was away, and after that. */
export interface Outage {
  /** The answer to an order of mode `serial`. */
  readonly serial: Answer;
  /** The answers to orders of mode `async`. */
  readonly taken: readonly Answer[];
  /** How the first of them stood before the worker came back. Nothing: there is none. */
  readonly meanwhile: string | undefined;
  /** Of each that was taken, whether it was done in time. */
  readonly done: readonly boolean[];
  /** The order of each booking of points. */
  readonly booked: readonly string[];
}

/** Says what is not as it should be with an order in each way. */
export function modeFaults(answers: ReadonlyMap<Mode, Answer>): string[] {
  const refused = MODES.flatMap((mode) => {
    const { status, message } = answers.get(mode) ?? { status: 'no answer', message: '' };
    return status === 201 ? [] : [`an order of mode ${mode} got ${status}: ${message}`];
  });
  if (refused.length > 0) return refused;
  return MODES.slice(1).flatMap((mode, index) => {
    const before = MODES[index]!;
    const faster = answers.get(mode)!.elapsedMs < answers.get(before)!.elapsedMs;
    return faster ? [] : [`an order of mode ${mode} took no less time than one of mode ${before}`];
  });
}

/** The ids of the orders of mode `async` that were taken. */
export function idsOf(taken: readonly Answer[]): string[] {
  return taken.flatMap(({ status, id }) => (status === 201 && id !== undefined ? [id] : []));
}

/** Says what is not as it should be with orders while a worker is away. */
export function outageFaults(outage: Outage): string[] {
  const { serial, taken, meanwhile, done } = outage;
  const ids = idsOf(taken);
  const late = done.filter((isDone) => !isDone).length;
  const checks: [boolean, string][] = [
    [serial.status === 503, `without points, serial got ${serial.status}, expected 503`],
    [
      ids.length === taken.length,
      `without points, ${taken.length - ids.length} orders of mode async were not taken`,
    ],
    [meanwhile === 'pending', `without a worker, points were ${meanwhile ?? 'unknown'}`],
    [late === 0, `${late} orders were not done in time`],
    [bookedOnce(outage) === ids.length, outageLine(outage)],
  ];
  return checks.flatMap(([holds, fault]) => (holds ? [] : [fault]));
}

/** Puts into words how many orders have their points. */
export function outageLine(outage: Outage): string {
  const [once, all] = [bookedOnce(outage), idsOf(outage.taken).length];
  return once === all
    ? `${all} orders have their points, each exactly once`
    : `${once} of ${all} orders have their points exactly once`;
}

/** How many orders have their points once: not less, and not more. */
function bookedOnce({ taken, booked }: Outage): number {
  return idsOf(taken).filter((id) => booked.filter((other) => other === id).length === 1).length;
}
