import {
  describeFloor,
  describeLine,
  isAtLeast,
  isOfLine,
  OLDEST_SUPPORTED,
  requireVersion,
} from './nats-version.js';

/** Says which nats-server will do. */
export interface NatsVersionOptions {
  /** The oldest version to accept. Default `2.10`, the oldest that the library supports. */
  readonly minVersion?: string;
  /**
   * The version line to accept, such as `2.10`, or the one version, such as `2.10.27`: nothing older or newer. It
   * takes the place of `minVersion`. Default: any version from `minVersion` on.
   */
  readonly version?: string;
}

/** Which nats-server will do: any from a version on, or those of one line. */
export type WantedVersion =
  | { readonly minVersion: string; readonly version?: undefined }
  | { readonly version: string; readonly minVersion?: undefined };

/**
 * Reads what a caller asks for.
 *
 * @throws TypeError when it is not a version, or when `version` and `minVersion` are both given.
 */
export function wantedVersion({ version, minVersion }: NatsVersionOptions): WantedVersion {
  if (version === undefined) {
    const floor = minVersion ?? OLDEST_SUPPORTED;
    requireVersion(floor);
    return { minVersion: floor };
  }
  if (minVersion !== undefined) {
    throw new TypeError(
      `version "${version}" and minVersion "${minVersion}" both say which nats-server will do: give one`,
    );
  }
  // an image and a package are looked for by this text: numbers, and nothing around them
  if (!/^\d{1,6}\.\d{1,6}(\.\d{1,6})?$/.test(version)) {
    throw new TypeError(
      `"${version}" is not a version line: expected major.minor, such as "2.10", or major.minor.patch`,
    );
  }
  return { version };
}

/** Says what is wrong with a version, in a few words. `undefined`: it will do. */
export function misfit(version: string, wanted: WantedVersion): string | undefined {
  if (wanted.version === undefined) {
    return isAtLeast(version, wanted.minVersion) ? undefined : 'too old';
  }
  return isOfLine(version, wanted.version) ? undefined : `not ${describeLine(wanted.version)}`;
}

/** Names what is wanted: `2.11 or newer (message TTL, …)`, `2.10.x` or `2.10.27`. */
export function describeWanted(wanted: WantedVersion): string {
  return wanted.version === undefined
    ? describeFloor(wanted.minVersion)
    : describeLine(wanted.version);
}
