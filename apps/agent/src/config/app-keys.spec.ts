import { describe, expect, it } from '@jest/globals';
import { isKnownApp } from './app-keys.js';

describe('isKnownApp', () => {
  const apps = new Map([
    ['one', 'key-1'],
    ['two', 'key-2'],
  ]);

  it('knows an application by its own key', () => {
    expect(isKnownApp(apps, 'one', 'key-1')).toBe(true);
    expect(isKnownApp(apps, 'two', 'key-2')).toBe(true);
  });

  it.each([
    ['one', 'key-2'],
    ['one', 'key-'],
    ['one', ''],
    ['One', 'key-1'],
    ['three', 'key-1'],
    // what an unknown application is compared with must not be a key
    ['three', ''],
  ])('does not know %s with %j', (appId, appKey) => {
    expect(isKnownApp(apps, appId, appKey)).toBe(false);
  });
});
