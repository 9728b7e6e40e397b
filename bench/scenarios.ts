/** Is which handlers a server process has. */
export type Stage = 'events' | 'requests' | 'stream-publish' | 'stream-consume' | 'wildcards';

interface Common {
  readonly id: string;
  readonly title: string;
  /** How many bytes of JSON a message has. */
  readonly bytes: number;
}

/** Events from a client to a server; counted when they are handled. */
export interface EventScenario extends Common {
  readonly kind: 'events';
  readonly stage: 'events' | 'wildcards';
  /** How many handlers there are; the events go round. */
  readonly handlers: number;
}

/** Requests with so many under way at a time. */
export interface RequestScenario extends Common {
  readonly kind: 'requests';
  readonly stage: 'requests';
  readonly handler: 'plain' | 'async' | 'guarded';
  readonly concurrency: number;
}

/** Messages that a stream acknowledges, with so many under way at a time. */
export interface PublishScenario extends Common {
  readonly kind: 'publish';
  readonly stage: 'stream-publish';
  readonly concurrency: number;
}

/** Messages of a stream, which are handled and acknowledged. */
export interface ConsumeScenario extends Common {
  readonly kind: 'consume';
  readonly stage: 'stream-consume';
  readonly handler: 'plain' | 'async';
  readonly concurrency: number;
}

/** The time from the start of a process until its handlers are subscribed. */
export interface StartupScenario {
  readonly id: string;
  readonly title: string;
  readonly kind: 'startup';
  readonly handlers: number;
}

/** A scenario that messages flow through. */
export type FlowScenario = EventScenario | RequestScenario | PublishScenario | ConsumeScenario;
export type Scenario = FlowScenario | StartupScenario;

/** Is how many messages of a consumer are under way at a time, for every subject. */
const CONSUME_CONCURRENCY = 256;

export const SCENARIOS: readonly Scenario[] = [
  events(16),
  events(256),
  events(4096),
  requests('request-seq', 'requests, one at a time', 1, 'plain'),
  requests('request-c64', 'requests, 64 at a time', 64, 'plain'),
  requests('request-c256', 'requests, 256 at a time', 256, 'plain'),
  requests('request-c256-async', 'requests, 256 at a time, handler awaits 1 ms', 256, 'async'),
  requests('request-c64-guarded', 'requests, 64 at a time, guard + interceptor', 64, 'guarded'),
  {
    id: 'jetstream-publish-c64',
    title: 'acknowledged by a stream, 64 at a time',
    kind: 'publish',
    stage: 'stream-publish',
    bytes: 256,
    concurrency: 64,
  },
  consume('jetstream-consume', 'of a stream, acknowledged', 'plain'),
  consume('jetstream-consume-async', 'of a stream, handler awaits 1 ms', 'async'),
  startup(10),
  startup(500),
  {
    ...events(256),
    id: 'wildcards-500',
    title: 'events to 500 wildcard handlers',
    stage: 'wildcards',
    handlers: 500,
  },
];

export function events(bytes: number): EventScenario {
  return {
    id: `events-${bytes}`,
    title: `events of ${bytes} B`,
    kind: 'events',
    stage: 'events',
    bytes,
    handlers: 1,
  };
}

export function requests(
  id: string,
  title: string,
  concurrency: number,
  handler: RequestScenario['handler'],
): RequestScenario {
  return { id, title, kind: 'requests', stage: 'requests', bytes: 256, concurrency, handler };
}

function consume(id: string, title: string, handler: ConsumeScenario['handler']): ConsumeScenario {
  const concurrency = CONSUME_CONCURRENCY;
  return { id, title, kind: 'consume', stage: 'stream-consume', bytes: 256, handler, concurrency };
}

function startup(handlers: number): StartupScenario {
  return {
    id: `startup-${handlers}`,
    title: `start with ${handlers} handlers`,
    kind: 'startup',
    handlers,
  };
}

/** Is what is measured: messages in a second, or, for a start, milliseconds. */
export function unitOf(scenario: Scenario): 'msg/s' | 'ms' {
  return scenario.kind === 'startup' ? 'ms' : 'msg/s';
}
