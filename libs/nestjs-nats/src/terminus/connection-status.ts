import { firstValueFrom, of, race } from 'rxjs';
import type { NatsStatus } from '../index.js';
import type { NatsHealthTarget } from './health-target.js';

/** Tells how a connection stands at this moment; `'unused'` is one that nobody has asked for yet. */
export function statusOf({
  status,
}: Pick<NatsHealthTarget, 'status'>): Promise<NatsStatus | 'unused'> {
  // the present status comes at once, if there is one
  return firstValueFrom(race(status, of('unused' as const)));
}
