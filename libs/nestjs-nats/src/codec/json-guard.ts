const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Tells whether JSON `text` nests arrays and objects more than `limit` levels deep.
 *
 * Brackets inside strings do not count. The text need not be valid: it is looked at before the
 * parser sees it, because code that walks a deep value overflows the stack.
 */
export function deeperThan(limit: number, text: string): boolean {
  if (text.length <= limit * 2 || !hasMoreThan(limit, text)) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === QUOTE) {
      i = endOfString(text, i);
    } else if (char === OPEN_ARRAY || char === OPEN_OBJECT) {
      if (++depth > limit) return true;
    } else if (char === CLOSE_ARRAY || char === CLOSE_OBJECT) {
      depth--;
    }
  }
  return false;
}

/** Counts opening brackets by the engine's own search: most payloads have few, and end here. */
function hasMoreThan(limit: number, text: string): boolean {
  let count = 0;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++count > limit) return true;
    }
  }
  return false;
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === BACKSLASH) i++;
    else if (char === QUOTE) return i;
  }
  return text.length;
}

/**
 * Finds a key through which a careless merge would reach `Object.prototype`: `__proto__`, or
 * `constructor` with a `prototype` in it. Both are legal JSON and have no honest use.
 *
 * @param text the source of `value`; only when it could hold such a key is the value walked
 */
export function dangerousKey(text: string, value: unknown): string | undefined {
  // both keys have this word in them, `constructor` in the `prototype` that it must hold: to look for
  // one word takes half of the time. A key may be written with escapes: "\u005f_proto__"
  if (!text.includes('proto') && !text.includes('\\u')) return undefined;
  const suspicious =
    text.includes('__proto__') || text.includes('"constructor"') || text.includes('\\u');
  if (!suspicious) return undefined;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Object.hasOwn(next, '__proto__')) return '__proto__';
    if (Object.hasOwn(next, 'constructor')) {
      const inner: unknown = next.constructor;
      if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype')) {
        return 'constructor.prototype';
      }
    }
    // not push(...values): a long array is too many arguments
    for (const inner of Object.values(next)) open.push(inner);
  }
  return undefined;
}
