/** How long and how often is measured. */
export interface Plan {
  /** How many rounds each subject has, in turn with the others. */
  readonly rounds: number;
  /** How long a round is meant to take, in milliseconds. */
  readonly roundMs: number;
  /** How long each subject runs before, so that its code is compiled, in milliseconds. */
  readonly warmUpMs: number;
  /** How often a process is started for a scenario that measures that. */
  readonly starts: number;
  /** Whether the scenarios of a stage share their processes, which saves starting them. */
  readonly shared: boolean;
}

export const FULL: Plan = { rounds: 9, roundMs: 400, warmUpMs: 1_500, starts: 7, shared: false };
export const QUICK: Plan = { rounds: 3, roundMs: 120, warmUpMs: 250, starts: 2, shared: true };
