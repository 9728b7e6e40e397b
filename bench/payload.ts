/** What is sent: JSON of a few members, as an application would send it. */
export type Payload = Readonly<Record<string, unknown>>;

const SMALL = { i: '' };
const LARGE = { id: 4711, at: '2026-01-01T00:00:00.000Z', tags: ['a', 'b'], ok: true, text: '' };

/** Makes a payload of exactly so many bytes of JSON; at least 8. */
export function payloadOf(bytes: number): Payload {
  const shape: Payload = bytes < 128 ? SMALL : LARGE;
  const member = bytes < 128 ? 'i' : 'text';
  const missing = bytes - Buffer.byteLength(JSON.stringify(shape));
  if (missing < 0) throw new RangeError(`A payload has at least 8 bytes, not ${bytes}.`);
  return { ...shape, [member]: 'x'.repeat(missing) };
}
