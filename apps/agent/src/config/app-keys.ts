import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** The key of each application that may report. */
export type AppKeys = ReadonlyMap<string, string>;

/** Splits `appId:appKey,…`; faults name the entry by its number, never by its text. */
export function parseAppKeys(list: string, context: z.RefinementCtx): AppKeys {
  const keys = new Map<string, string>();
  for (const [index, entry] of list.split(',').entries()) {
    const [appId = '', ...rest] = entry.trim().split(':');
    const appKey = rest.join(':');
    const fault = faultOf(appId, appKey, keys);
    if (fault !== undefined) {
      context.addIssue({ code: 'custom', message: `has an entry ${index + 1} ${fault}` });
    }
    keys.set(appId, appKey);
  }
  return keys;
}

function faultOf(appId: string, appKey: string, keys: AppKeys): string | undefined {
  if (appId === '' || appKey === '') return 'that is not appId:appKey';
  return keys.has(appId) ? 'that repeats an appId' : undefined;
}

/**
 * Tells whether an application and its key belong together. How long it takes depends neither on
 * the key nor on whether the application exists.
 */
export function isKnownApp(apps: AppKeys, appId: string, appKey: string): boolean {
  const expected = apps.get(appId);
  // digests have one length, which timingSafeEqual requires, and hide the key's own length
  const same = timingSafeEqual(digest(appKey), digest(expected ?? ''));
  return same && expected !== undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
