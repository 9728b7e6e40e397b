import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { EMPTY, from, lastValueFrom, type Observable, of, toArray } from 'rxjs';
import { DIRECTIONS, serve } from '../support/built-in-transport.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

let events: string[];

@Controller()
class Handlers {
  @MessagePattern('interop.echo')
  echo(@Payload() data: unknown): unknown {
    return data;
  }

  @MessagePattern({ cmd: 'interop', of: { kind: 'object' } })
  object(@Payload() numbers: number[]): number {
    return numbers.reduce((a, b) => a + b, 0);
  }

  @MessagePattern('interop.promise')
  async promise(): Promise<string> {
    return Promise.resolve('promised');
  }

  @MessagePattern('interop.null')
  null(): null {
    return null;
  }

  @MessagePattern('interop.nothing')
  nothing(): void {}

  @MessagePattern('interop.one')
  one(): Observable<string> {
    return of('one');
  }

  @MessagePattern('interop.many')
  many(@Payload() values: unknown[]): Observable<unknown> {
    return from(values);
  }

  @MessagePattern('interop.empty')
  empty(): Observable<never> {
    return EMPTY;
  }

  @EventPattern('interop.event')
  event(@Payload() data: unknown): void {
    events.push(`first ${JSON.stringify(data)}`);
  }

  @EventPattern('interop.event')
  again(@Payload() data: unknown): void {
    events.push(`second ${JSON.stringify(data)}`);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  events = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

const all = (answers: Observable<unknown>): Promise<unknown[]> =>
  lastValueFrom(answers.pipe(toArray()));

const VALUES = [0, '', false, 'später', 1.5, [], [1, [null]], {}, { nested: { a: [true] } }];

describe.each(DIRECTIONS)('from the client $client to the server $server', (direction) => {
  it('requests are answered with what the handler gives', async () => {
    const client = await serve(bench, direction, [Handlers]);
    for (const value of VALUES) {
      await expect(all(client.send('interop.echo', value))).resolves.toEqual([value]);
    }
    const pattern = { of: { kind: 'object' }, cmd: 'interop' };
    await expect(all(client.send(pattern, [1, 2]))).resolves.toEqual([3]);
    await expect(all(client.send('interop.promise', {}))).resolves.toEqual(['promised']);
    await expect(all(client.send('interop.null', {}))).resolves.toEqual([null]);
    await expect(all(client.send('interop.nothing', {}))).resolves.toEqual([]);
  });

  it('values that look like envelopes arrive as they are', async () => {
    const client = await serve(bench, direction, [Handlers]);
    const envelopes = [
      { pattern: 'interop.echo', data: 1, id: 'x' },
      { response: 1, isDisposed: true, more: 1 },
    ];
    for (const value of direction.client === 'plain' ? [envelopes[1]] : envelopes) {
      await expect(all(client.send('interop.echo', value))).resolves.toEqual([value]);
    }
  });

  it('streams arrive whole and in order, and complete', async () => {
    const client = await serve(bench, direction, [Handlers]);
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    await expect(all(client.send('interop.one', {}))).resolves.toEqual(['one']);
    await expect(all(client.send('interop.many', numbers))).resolves.toEqual(numbers);
    await expect(all(client.send('interop.many', [null, 0, '']))).resolves.toEqual([null, 0, '']);
    await expect(all(client.send('interop.empty', {}))).resolves.toEqual([]);
  });

  it('twenty requests at once each get their own answer', async () => {
    const client = await serve(bench, direction, [Handlers]);
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    const answers = numbers.map((n) => lastValueFrom(client.send('interop.echo', n)));
    await expect(Promise.all(answers)).resolves.toEqual(numbers);
  });

  it('events reach every handler', async () => {
    const client = await serve(bench, direction, [Handlers]);
    await all(client.emit('interop.event', { n: 1 }));
    await waitFor(() => events.length === 2, { what: 'both handlers' });
    expect(events).toEqual(['first {"n":1}', 'second {"n":1}']);
  });
});
