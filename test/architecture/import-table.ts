/** What the files of one folder of the library's source may import from its other folders. */
export interface Room {
  /** Rooms that may be imported freely; `../index.js` is the public surface. */
  readonly imports: readonly string[];
  /** Rooms of which only types may be imported. */
  readonly typesOnly?: readonly string[];
}

/** Room name → what it may import. */
export type ImportTable = Readonly<Record<string, Room>>;

/** The name under which the table speaks of `src/index.ts`. */
export const PUBLIC_SURFACE = '../index.js';

/** Which room of `libs/nestjs-nats/src` may import which; docs/architecture.md shows the same table. */
export const importTable: ImportTable = {
  errors: { imports: [] },
  subject: { imports: ['errors'] },
  codec: { imports: ['errors'] },
  message: { imports: ['errors', 'subject', 'codec'] },
  connection: { imports: ['errors', 'subject'] },
  core: { imports: ['errors', 'subject', 'message', 'connection'] },
  jetstream: { imports: ['errors', 'subject', 'codec', 'message', 'connection', 'core'] },
  events: { imports: ['connection'], typesOnly: ['jetstream'] },
  interceptor: { imports: ['errors', 'message', 'events'], typesOnly: ['jetstream'] },
  micro: { imports: ['errors', 'message', 'connection', 'core'] },
  decorators: { imports: ['subject'], typesOnly: ['codec', 'message', 'jetstream', 'micro'] },
  client: {
    imports: [
      'errors',
      'subject',
      'codec',
      'message',
      'events',
      'interceptor',
      'connection',
      'core',
      'jetstream',
      'micro',
    ],
  },
  server: {
    imports: [
      'errors',
      'subject',
      'codec',
      'message',
      'events',
      'interceptor',
      'connection',
      'core',
      'jetstream',
      'micro',
      'decorators',
    ],
  },
  module: {
    imports: ['connection', 'decorators', 'server', 'client', 'errors', 'interceptor', 'codec'],
  },
  otel: { imports: [PUBLIC_SURFACE] },
  protobuf: { imports: [PUBLIC_SURFACE] },
  terminus: { imports: [PUBLIC_SURFACE] },
  testing: { imports: [PUBLIC_SURFACE] },
};

/** Rooms that decide without doing I/O: no value of the NATS client, and of Node only what computes. */
export const pureRooms: readonly string[] = ['errors', 'subject', 'codec'];

/** Modules of Node that do no I/O. */
export const pureBuiltins: readonly string[] = ['node:buffer', 'node:util'];

/** Packages that exactly one room may import: the dependency that made the room an entry point. */
export const ownedPackages: Readonly<Record<string, string>> = {
  '@bufbuild/protobuf': 'protobuf',
  '@opentelemetry/api': 'otel',
  '@nestjs/terminus': 'terminus',
};

/** Which room of `libs/app-kit/src` may import which; its README shows the same table. */
export const kitTable: ImportTable = {
  lifecycle: { imports: [] },
  config: { imports: ['lifecycle'] },
  health: { imports: [] },
  database: { imports: ['lifecycle', 'health'] },
  http: { imports: [] },
  nats: { imports: ['lifecycle', 'health'] },
  telemetry: { imports: [] },
};

/** Packages that exactly one room of the kit may import, so that apps without that room do not load them. */
export const kitPackages: Readonly<Record<string, string>> = {
  zod: 'config',
  libsql: 'database',
  typeorm: 'database',
  '@nestjs/typeorm': 'database',
  '@nestjs/terminus': 'health',
  '@opentelemetry/api': 'telemetry',
  '@opentelemetry/context-async-hooks': 'telemetry',
  '@opentelemetry/core': 'telemetry',
  '@opentelemetry/sdk-metrics': 'telemetry',
  '@opentelemetry/sdk-trace-base': 'telemetry',
};

/** Apps that are development tools, and may therefore start servers with the testing entry point. */
export const toolApps: readonly string[] = ['demo'];

/** Longest source file, in lines; above it a file holds more than one concept. */
export const MAX_LINES = 250;
