/** What a sample is there to show. */
export type SampleKind = 'event' | 'user' | 'not JSON' | 'wrong key' | 'invalid';

/** A request to the agent, and the HTTP status it should get. */
export interface SampleReport {
  readonly kind: SampleKind;
  readonly expectedStatus: number;
  readonly body: unknown;
}

/** The application the demo's agent knows. */
export const DEMO_APP = { appId: 'demo-app', appKey: 'demo-key' } as const;

const EVENTS = ['page_view', 'search', 'add_to_cart', 'checkout', 'share'];
const PAGES = ['/', '/products', '/products/42', '/cart', '/account'];
const COUNTRIES = ['DE', 'FR', 'BR', 'IN', 'JP', 'US'];

/** The report at a place in the demo's sequence: always the same one. */
export function sampleReport(index: number): SampleReport {
  switch (index % 20) {
    case 7:
      return {
        kind: 'wrong key',
        expectedStatus: 401,
        body: { ...event(index), appKey: 'guessed' },
      };
    case 13:
      return {
        kind: 'invalid',
        expectedStatus: 400,
        body: { ...event(index), eventName: '', debug: 'no' },
      };
    case 17:
      return {
        kind: 'not JSON',
        expectedStatus: 200,
        body: { ...event(index), content: 'path=/cart&ms=12' },
      };
    case 3:
    case 9:
    case 15:
      return { kind: 'user', expectedStatus: 200, body: user(index) };
    default:
      return { kind: 'event', expectedStatus: 200, body: event(index) };
  }
}

function event(index: number) {
  const content = {
    userId: `user-${index % 37}`,
    page: pick(PAGES, index),
    durationMs: (index * 173) % 5000,
  };
  return {
    reportType: 'reportEvent',
    ...DEMO_APP,
    eventName: pick(EVENTS, index),
    debug: 0,
    content: JSON.stringify(content),
  };
}

function user(index: number) {
  const content = {
    userId: `user-${index % 37}`,
    country: pick(COUNTRIES, index),
    newsletter: index % 2 === 0,
  };
  return {
    reportType: 'reportUser',
    ...DEMO_APP,
    eventName: 'profile_update',
    debug: 0,
    content: JSON.stringify(content),
  };
}

function pick(list: readonly string[], index: number): string {
  return list[index % list.length]!;
}
