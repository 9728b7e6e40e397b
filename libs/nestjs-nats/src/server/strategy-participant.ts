import type { EventHub } from '../events/event-hub.js';
import type { StrategyParticipant } from '../events/participant.js';
import type { Session } from './session.js';

/** Is what an observer sees of a strategy, whether it listens at the moment or not. */
export function strategyParticipant(
  { observed }: EventHub,
  session: () => Session | undefined,
): StrategyParticipant {
  return {
    role: 'strategy',
    ...observed,
    load: () => session()?.load ?? [],
    consumerStates: async () => (await session()?.consumerStates()) ?? [],
  };
}
