import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ErrorReply } from '../message/error-reply.js';
import { EndpointCounter } from './endpoint-counter.js';

const reply = (message: string): ErrorReply => ({ body: { code: 'X', message }, status: 422 });

describe('EndpointCounter', () => {
  it('has counted nothing at first, and divides by nothing', () => {
    expect(new EndpointCounter().counts).toEqual({
      num_requests: 0,
      num_errors: 0,
      last_error: '',
      processing_time: 0,
      average_processing_time: 0,
    });
  });

  it('keeps the last error, and not more of it than a line has', () => {
    const counter = new EndpointCounter();
    counter.turnedAway(reply('first'));
    expect(counter.counts.last_error).toBe('422: first');
    counter.failed(reply('x'.repeat(10_000)));
    expect(counter.counts.last_error).toHaveLength(256);
  });

  it('counts what fails too, and passes the failure on', async () => {
    const counter = new EndpointCounter();
    const failure = new Error('no');
    await expect(counter.follow(() => Promise.reject(failure))).rejects.toBe(failure);
    expect(counter.counts.num_requests).toBe(1);
  });

  it('never shows more errors than requests, and no average above the whole', async () => {
    const steps = fc.array(fc.constantFrom('fine', 'failed', 'turned away'));
    await fc.assert(
      fc.asyncProperty(steps, async (kinds) => {
        const counter = new EndpointCounter();
        for (const kind of kinds) {
          if (kind === 'turned away') counter.turnedAway(reply(kind));
          else
            await counter.follow(async () => {
              if (kind === 'failed') counter.failed(reply(kind));
            });
          const { counts } = counter;
          expect(counts.num_errors).toBeLessThanOrEqual(counts.num_requests);
          expect(counts.average_processing_time).toBeLessThanOrEqual(counts.processing_time);
        }
        expect(counter.counts.num_requests).toBe(kinds.length);
        expect(counter.counts.num_errors).toBe(kinds.filter((kind) => kind !== 'fine').length);
      }),
    );
  });
});
