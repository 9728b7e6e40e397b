/** The oldest nats-server that the library supports. */
export const OLDEST_SUPPORTED = '2.10';

/** What each minor version after the oldest brought, for messages that ask for it. */
const FEATURES: readonly (readonly [since: string, features: string])[] = [
  ['2.11', 'message TTL, consumer pause, priority groups, batched direct get'],
  ['2.12', 'atomic batch publish, counters, messages scheduled at a time'],
  ['2.14', 'cron and interval schedules, consumer reset'],
];

type Triple = readonly [major: number, minor: number, patch: number];

/**
 * Reads `2.15.1`, `v2.10.27`, `2.11` or `2.12.0-RC.1`. A missing patch is 0 and a pre-release counts as its
 * release: it has the release's features, which is what a version is asked for here.
 */
export function parseVersion(text: string): Triple | undefined {
  const match = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:[-+].*)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/**
 * Orders two versions: negative when `a` is older, positive when it is newer, 0 when they are the same.
 *
 * @throws TypeError when either is not a version.
 */
export function compareVersions(a: string, b: string): number {
  const left = requireVersion(a);
  const right = requireVersion(b);
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}

/** Tells whether `version` has everything that `minVersion` has. */
export function isAtLeast(version: string, minVersion: string): boolean {
  return compareVersions(version, minVersion) >= 0;
}

/** The version line of a version: `2.10` for `2.10.27`. */
export function lineOf(version: string): string {
  return requireVersion(version).slice(0, 2).join('.');
}

/** Tells whether a version belongs to a line, such as `2.10`, or is the one that has a patch, such as `2.10.27`. */
export function isOfLine(version: string, line: string): boolean {
  return compareVersions(namesPatch(line) ? version : lineOf(version), line) === 0;
}

/** Names a line for people: `2.10.x`, or the one version. */
export function describeLine(line: string): string {
  return namesPatch(line) ? line : `${line}.x`;
}

function namesPatch(line: string): boolean {
  return line.split('.').length > 2;
}

/** Names a version floor and what it is there for: `2.11 or newer (message TTL, …)`. */
export function describeFloor(minVersion: string): string {
  const [major, minor] = requireVersion(minVersion);
  const features = FEATURES.find(([since]) => compareVersions(since, `${major}.${minor}`) === 0);
  return `${minVersion} or newer${features ? ` (${features[1]})` : ''}`;
}

/**
 * Reads a version as `parseVersion()` does.
 *
 * @throws TypeError when it is none.
 */
export function requireVersion(text: string): Triple {
  const version = parseVersion(text);
  if (!version) {
    throw new TypeError(
      `"${text}" is not a nats-server version: expected major.minor or major.minor.patch, such as "2.11"`,
    );
  }
  return version;
}
