import { dockerImage } from './docker-image.js';
import { describeWanted, type WantedVersion } from './wanted-version.js';

/** One place where a server was looked for, and what came of it. */
export interface NatsServerAttempt {
  /** The place: `NATS_URL`, `NATS_SERVER_BIN`, `PATH`, `cache`, `docker`, `package`, … */
  readonly source: string;
  /** What was found there or what went wrong, in a few words. Credentials in URLs are removed. */
  readonly outcome: string;
}

/** What the message says beside the attempts. */
export interface NatsServerNeed {
  /** The version asked for. */
  readonly wanted: WantedVersion;
  /** `server`: anything that speaks NATS will do. `process`: a process of our own, to signal and restart. */
  readonly need: 'server' | 'process';
  /** Set when one setting decides alone: what to do about it, in place of the general advice. */
  readonly remedy?: string;
}

/**
 * Says that no usable NATS server was found and none could be started. The message fits one screen: each place
 * tried with its outcome, then the commands that help.
 */
export class NatsServerUnavailableError extends Error {
  override readonly name = 'NatsServerUnavailableError';

  /** The places that were tried, in order. */
  readonly tried: readonly NatsServerAttempt[];

  constructor(tried: readonly NatsServerAttempt[], need: NatsServerNeed, options?: ErrorOptions) {
    super(describe(tried, need), options);
    this.tried = tried;
  }
}

const LONGEST_OUTCOME = 220;

function describe(tried: readonly NatsServerAttempt[], need: NatsServerNeed): string {
  const width = Math.max(0, ...tried.map(({ source }) => source.length));
  const lines = tried.map(
    ({ source, outcome }) => `  ${source.padEnd(width)}  ${oneLine(outcome)}`,
  );
  return [
    need.need === 'server'
      ? `No NATS server can be used. Needed: nats-server ${describeWanted(need.wanted)}.`
      : `No nats-server program can be run. Needed: ${describeWanted(need.wanted)}.`,
    'Tried:',
    ...lines,
    '',
    ...(need.remedy === undefined ? advice(need) : [need.remedy]),
  ].join('\n');
}

function advice({ need, wanted }: NatsServerNeed): string[] {
  const anyNewer = wanted.version === undefined;
  return [
    'Do one of these, then run the command again:',
    // it has the newest only
    ...(anyNewer ? ['  macOS            brew install nats-server'] : []),
    `  Debian, Ubuntu   sudo apt-get install nats-server   (if its version is ${anyNewer ? 'new enough' : 'that'})`,
    '  Any system       unpack a release from the NATS download page, https://nats.io/download,',
    '                   and set NATS_SERVER_BIN=/path/to/nats-server',
    ...(need === 'server'
      ? [
          `  Docker           docker run -d --rm -p 4222:4222 -p 8222:8222 ${dockerImage(wanted)} -js -m 8222`,
          '                   and set NATS_URL=nats://127.0.0.1:4222',
          '  Your own server  set NATS_URL=nats://host:4222',
        ]
      : []),
  ];
}

function oneLine(outcome: string): string {
  const text = outcome.replace(/\s+/g, ' ').trim();
  return text.length > LONGEST_OUTCOME ? `${text.slice(0, LONGEST_OUTCOME - 1)}…` : text;
}
