import { describe, expect, it } from '@jest/globals';
import { resolveStream } from './resolve-stream.js';

describe('resolveStream', () => {
  it('adds nothing to what is declared, and leaves out what is undefined', () => {
    const declaration = { name: 'ORDERS', subjects: ['orders.>'], max_age: undefined };
    expect(resolveStream(declaration as never)).toStrictEqual({
      name: 'ORDERS',
      subjects: ['orders.>'],
    });
  });

  it('F10: lets a full work queue refuse messages, unless told otherwise', () => {
    const jobs = { name: 'JOBS', subjects: ['jobs'], retention: 'workqueue' } as const;
    expect(resolveStream(jobs)).toMatchObject({ discard: 'new' });
    expect(resolveStream({ ...jobs, discard: 'old' })).toMatchObject({ discard: 'old' });
  });

  it('says domains of sources as servers know them', () => {
    const api = { name: 'B', external: { api: '$JS.hub.API' } };
    const origin = { name: 'B', domain: 'hub' };
    expect(resolveStream({ name: 'A', subjects: [], mirror: origin })).toStrictEqual({
      name: 'A',
      mirror: api,
    });
    expect(resolveStream({ name: 'A', subjects: ['a'], sources: [origin] })).toMatchObject({
      sources: [api],
    });
  });

  it('asks for the default of the duplicate window by leaving it out', () => {
    expect(resolveStream({ name: 'A', subjects: ['a'], duplicate_window: 0 })).toStrictEqual({
      name: 'A',
      subjects: ['a'],
    });
  });
});
