import { tokenFault } from '../../subject/subject.js';

/** Is the longest name of a stream or consumer, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;

/**
 * Says what is wrong with the name of a stream or consumer, or nothing. It is one token of the
 * subjects of JetStream's API, and a folder on the server's disk.
 */
export function nameFault(name: unknown): string | undefined {
  const fault = tokenFault(name);
  if (fault !== undefined) return fault;
  const text = name as string;
  const forbidden = /[.*>/\\]/.exec(text);
  if (forbidden) return `it contains "${forbidden[0]}" at position ${forbidden.index}`;
  return Buffer.byteLength(text) > MAX_NAME_BYTES
    ? `it is longer than ${MAX_NAME_BYTES} bytes`
    : undefined;
}
