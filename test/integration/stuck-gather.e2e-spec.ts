import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { GatherOptions, NatsClient } from 'nestjs-nats';
import { gate } from '../support/gate.js';
import { NatsBench } from '../support/nats-bench.js';
import { all, textDeserializer, textStage, type TextStage } from '../support/text-answers.js';
import { waitFor } from '../support/wait-for.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const stage = (...answers: string[]): Promise<TextStage> =>
  textStage(bench, 'stuck.gather', answers, { deserializer: textDeserializer() });

const gather = (client: NatsClient, options: GatherOptions): Promise<unknown[]> =>
  all(client.gather('stuck.gather', {}, options));

describe('N5: gather() with a deserializer that never settles', () => {
  it('gives what the others have answered, at the end of the time', async () => {
    const { client, pending } = await stage('stuck', '1', '2');
    const errors: unknown[] = [];
    const start = performance.now();
    await expect(
      gather(client, { timeoutMs: 200, onError: (error) => errors.push(error) }),
    ).resolves.toEqual(['1', '2']);
    const elapsedMs = performance.now() - start;
    expect(elapsedMs).toBeGreaterThanOrEqual(199);
    expect(elapsedMs).toBeLessThan(5_000);
    expect(errors).toMatchObject([
      { code: 'TIMEOUT', message: expect.stringMatching(/deserializer .*"stuck\.gather"/) },
    ]);
    expect(pending()).toBe(0);
  });

  it('fails when onError throws what it is told of that', async () => {
    const { client, pending } = await stage('stuck');
    const onError = (cause: unknown): never => {
      throw new Error('strict', { cause });
    };
    await expect(gather(client, { timeoutMs: 50, onError })).rejects.toMatchObject({
      message: 'strict',
      cause: { code: 'TIMEOUT' },
    });
    expect(pending()).toBe(0);
  });

  it('waits no longer than the time for all when there are enough answers', async () => {
    const { client, pending } = await stage('1', 'stuck');
    await expect(gather(client, { max: 2, timeoutMs: 100 })).resolves.toEqual(['1']);
    expect(pending()).toBe(0);
  });

  it('waits no longer than the time for all when none comes for a while', async () => {
    const { client, pending } = await stage('1', 'stuck');
    await expect(gather(client, { stallMs: 20, timeoutMs: 100 })).resolves.toEqual(['1']);
    expect(pending()).toBe(0);
  });

  it('fails with CONNECTION_LOST when the connection breaks meanwhile', async () => {
    const { client, pending } = await stage('1', 'stuck');
    const seen: unknown[] = [];
    const outcome = new Promise((resolve) => {
      client
        .gather('stuck.gather', {}, { timeoutMs: 400 })
        .subscribe({ next: (value) => seen.push(value), error: resolve });
    });
    await waitFor(() => seen.length === 1, { what: 'the first answer' });
    await client.unwrap().reconnect();
    await expect(outcome).resolves.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(pending()).toBe(0);
  });
});

describe('N5: gather() with a deserializer that takes its time', () => {
  it('gives each answer when it has been read, and ends after the last', async () => {
    const held = gate();
    const { client } = await textStage(bench, 'stuck.gather', ['held', '1'], {
      deserializer: textDeserializer(held),
    });
    const seen: unknown[] = [];
    const outcome = new Promise((resolve, reject) => {
      client.gather('stuck.gather', {}, { max: 2, timeoutMs: 20_000 }).subscribe({
        next: (value) => seen.push(value),
        error: reject,
        complete: () => resolve('complete'),
      });
    });
    await waitFor(() => seen.length === 1, { what: 'the other answer' });
    expect(seen).toEqual(['1']);
    held.open();
    await expect(outcome).resolves.toBe('complete');
    expect(seen).toEqual(['1', 'held']);
  });

  it('has all answers when the connection breaks after the last has come', async () => {
    const held = gate();
    const { client, pending } = await textStage(bench, 'stuck.gather', ['1', 'held'], {
      deserializer: textDeserializer(held),
    });
    const seen: unknown[] = [];
    const outcome = new Promise((resolve, reject) => {
      client.gather('stuck.gather', {}, { max: 2, timeoutMs: 20_000 }).subscribe({
        next: (value) => seen.push(value),
        error: reject,
        complete: () => resolve('complete'),
      });
    });
    await waitFor(held.reached, { what: 'the last answer' });
    await client.unwrap().reconnect();
    await waitFor(() => pending() === 0, { what: 'the end of the request' });
    held.open();
    await expect(outcome).resolves.toBe('complete');
    expect(seen).toEqual(['1', 'held']);
  });
});
