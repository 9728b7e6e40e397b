import type { WantedVersion } from './wanted-version.js';

/** Names the official image of nats-server that has what is wanted: its tags are version lines. */
export function dockerImage({ version }: WantedVersion): string {
  return `nats:${version ?? '2'}`;
}
