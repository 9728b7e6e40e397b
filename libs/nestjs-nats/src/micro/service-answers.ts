/** Which instance of which service answers. */
export interface ServiceIdentity {
  /** What kind of service it is; its instances share it. */
  readonly name: string;
  /** Which instance it is. */
  readonly id: string;
  /** A semantic version. */
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is asked of a service. */
export type ServiceVerb = 'PING' | 'INFO' | 'STATS';

/** How an answer says what it is. */
export const SERVICE_TYPES = {
  PING: 'io.nats.micro.v1.ping_response',
  INFO: 'io.nats.micro.v1.info_response',
  STATS: 'io.nats.micro.v1.stats_response',
} as const satisfies Record<ServiceVerb, string>;

/** The answer to `$SRV.PING`. */
export interface ServicePing extends ServiceIdentity {
  readonly type: typeof SERVICE_TYPES.PING;
}

/** The answer to `$SRV.INFO`. */
export interface ServiceInfo extends ServiceIdentity {
  readonly type: typeof SERVICE_TYPES.INFO;
  /** For people; `''` for none. */
  readonly description: string;
  readonly endpoints: readonly EndpointInfo[];
}

/** A subject that a service answers. */
export interface EndpointInfo {
  readonly name: string;
  /** As subscribed, perhaps with wildcards. */
  readonly subject: string;
  /** `''` for none: then every instance answers. */
  readonly queue_group: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The answer to `$SRV.STATS`. */
export interface ServiceStats extends ServiceIdentity {
  readonly type: typeof SERVICE_TYPES.STATS;
  /** Since when it counts, as `Date.toISOString()` gives it. */
  readonly started: string;
  readonly endpoints: readonly EndpointStats[];
}

/** What an instance has counted at an endpoint since it started. */
export interface EndpointStats {
  readonly name: string;
  readonly subject: string;
  readonly queue_group: string;
  /** How many requests have come, those under way among them. */
  readonly num_requests: number;
  /** How many of them with an error. */
  readonly num_errors: number;
  /** What the caller of the last of these was told; `''` before there was one. */
  readonly last_error: string;
  /** How long all of them took together, in nanoseconds. */
  readonly processing_time: number;
  /** How long one took on average, in nanoseconds. */
  readonly average_processing_time: number;
}
