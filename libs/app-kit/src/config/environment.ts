import { z } from 'zod';
import { BootError } from '../lifecycle/boot-error.js';

/** What {@link readEnvironment} needs to know about a variable besides its schema. */
export interface VariableMeta {
  /** What a right value looks like, as the end of the sentence "expected …". */
  readonly expected: string;
  /** The value holds credentials: it never appears in a message. */
  readonly secret?: boolean;
}

/** The environment is wrong. `message` is meant for a terminal: one line per faulty variable. */
export class ConfigurationError extends BootError {
  override readonly name = 'ConfigurationError';
}

/** Attaches to a schema what a fault report says about its variable. */
export function variable<T extends z.ZodType>(schema: T, meta: VariableMeta): T {
  return schema.meta({ ...meta });
}

/** Whole number between two bounds, both included, written in decimal digits. */
export function integerBetween(minimum: number, maximum: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/, 'is not a whole number')
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, 'is out of range');
}

/**
 * Reads the variables a schema names, all at once.
 *
 * An empty variable counts as unset: compose files pass those.
 * @throws ConfigurationError naming every faulty variable, its value unless secret, and what was expected.
 */
export function readEnvironment<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  env: NodeJS.ProcessEnv,
): z.output<z.ZodObject<S>> {
  const input: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = env[name];
    if (value) input[name] = value.trim();
  }
  const result = schema.safeParse(input);
  if (result.success) return result.data;

  const problems = new Map<string, string[]>();
  for (const issue of result.error.issues) {
    const name = String(issue.path[0]);
    problems.set(name, [...(problems.get(name) ?? []), issue.message]);
  }
  const lines = [...problems].map(([name, messages]) => faultLine(schema, name, input, messages));
  const count = lines.length === 1 ? '1 fault' : `${lines.length} faults`;
  throw new ConfigurationError(`${count} in its environment variables.\n${lines.join('\n')}`);
}

function faultLine(
  schema: z.ZodObject,
  name: string,
  input: Record<string, string>,
  messages: string[],
): string {
  const meta = metaOf(schema, name);
  const expected = meta ? `; expected ${meta.expected}` : '';
  const value = input[name];
  if (value === undefined) return `  ${name} is not set${expected}`;
  const shown = meta?.secret ? '(value hidden)' : `= ${JSON.stringify(value)}`;
  return `  ${name} ${shown} ${messages.join(', ')}${expected}`;
}

function metaOf(schema: z.ZodObject, name: string): VariableMeta | undefined {
  const field = schema.shape[name];
  return field instanceof z.ZodType ? (field.meta() as VariableMeta | undefined) : undefined;
}
