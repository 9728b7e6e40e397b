/** Is the version of this package: that of its package.json, which a test holds it equal to. */
const VERSION = '0.1.0';

/**
 * What tracers and meters are asked for with: the name and version of this library, and the semantic
 * conventions that attributes follow.
 */
export const SCOPE = [
  'nestjs-nats',
  VERSION,
  { schemaUrl: 'https://opentelemetry.io/schemas/1.37.0' },
] as const;
