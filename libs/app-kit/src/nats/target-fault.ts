import type { NatsHealthIndicator, NatsHealthTarget } from 'nestjs-nats/terminus';

/** What a probe answers while NATS cannot be used. */
export const NATS_FAILURE = 'NATS cannot be used.';

/** Says why no messages get through at this moment, or nothing when the server has just answered. */
export async function faultOf(
  health: NatsHealthIndicator,
  target: NatsHealthTarget,
): Promise<string | undefined> {
  const { nats } = await health.readiness('nats', target);
  return nats.status === 'up' ? undefined : (nats.reasons ?? []).join(' ');
}
