import { describe, expect, it } from '@jest/globals';
import type { MessageHandler } from '@nestjs/microservices';
import { jsonCodec } from '../../codec/json.js';
import { type Declaration, declareAll } from '../declaration.js';
import { HandlerTable, isEmpty } from './handler-table.js';

const handler: MessageHandler = () => Promise.resolve();

const event = (route: string, extras: Record<string, unknown> = {}): Declaration => ({
  route,
  kind: 'event',
  callback: handler,
  extras,
});
const request = (route: string, extras: Record<string, unknown> = {}): Declaration => ({
  ...event(route, extras),
  kind: 'request',
});

function tableOf(...declarations: Declaration[]): HandlerTable {
  const table = new HandlerTable({ queue: '', codec: jsonCodec });
  addAll(table, declarations);
  return table;
}

function addAll(table: HandlerTable, declarations: readonly Declaration[]): void {
  declareAll(
    {
      declare: (declaration) => void table.add(declaration),
      undeclare: (declaration) => void table.remove(declaration),
    },
    declarations,
  );
}

/** Prints groups as `filter queue: events | request`. */
function shown(table: HandlerTable): string[] {
  return table.groups.map(
    ({ filter, queue, events, request: answering }) =>
      `${filter} ${queue}: ${events.map(({ route }) => route).join(' ')} | ${answering?.route ?? ''}`,
  );
}

describe('HandlerTable', () => {
  it('is empty when nothing is declared', () => {
    expect(tableOf().groups).toEqual([]);
  });

  it('makes a group for each filter and queue, of both kinds', () => {
    const table = tableOf(
      event('a'),
      event('b'),
      event('a', { queue: 'q' }),
      request('b'),
      event('A'),
    );
    expect(shown(table)).toEqual(['a : a | ', 'b : b | b', 'a q: a | ', 'A : A | ']);
  });

  it('puts events on one filter and queue into one group, also by different patterns', () => {
    const table = tableOf(
      event('a.:x'),
      event('a.*'),
      event('a.:y', { queue: 'q' }),
      event('a.:y'),
    );
    expect(shown(table)).toEqual(['a.* : a.:x a.* a.:y | ', 'a.* q: a.:y | ']);
  });

  it("gives handlers that name no queue the strategy's, unless they want none", () => {
    const table = new HandlerTable({ queue: 'saver', codec: jsonCodec });
    addAll(table, [event('a'), event('b', { queue: '' }), event('c', { queue: 'own' })]);
    expect(shown(table)).toEqual(['a saver: a | ', 'b : b | ', 'c own: c | ']);
  });

  it('binds what was declared: callback, pattern and options', () => {
    const declaration = event('orders.:id', { concurrency: 2 });
    const [group] = tableOf(declaration).groups;
    const [entry] = group!.events;
    expect(entry!.declaration).toBe(declaration);
    expect(entry!.callback).toBe(handler);
    expect(entry!.pattern.params('orders.7')).toEqual({ id: '7' });
    expect(entry!.options).toMatchObject({ concurrency: 2, codec: jsonCodec });
  });

  it.each([
    ['one subject', request('a'), request('a')],
    ['one filter, by different patterns', request('a.:x'), request('a.*')],
    ['one filter and queue', request('a', { queue: 'q' }), request('a', { queue: 'q' })],
  ])('refuses two request handlers on %s', (_, first, second) => {
    expect(() => tableOf(first, second)).toThrow(
      expect.objectContaining({
        code: 'DUPLICATE_HANDLER',
        message: expect.stringMatching(
          /^Two request handlers answer .* one request would be handled twice/,
        ),
      }),
    );
  });

  it('says which patterns clash, where', () => {
    expect(() => tableOf(request('a.:x', { queue: 'q' }), request('a.:y', { queue: 'q' }))).toThrow(
      'Two request handlers answer "a.*" in queue group "q" (patterns "a.:x" and "a.:y"): ' +
        'one request would be handled twice. Remove one, or give them different subjects.',
    );
    expect(() => tableOf(request('a'), request('a'))).toThrow('without a queue group');
  });

  it('lets request handlers of different queues stand', () => {
    expect(tableOf(request('a', { queue: 'p' }), request('a', { queue: 'q' })).groups).toHaveLength(
      2,
    );
  });

  it.each([
    ['a..b', {}, 'INVALID_SUBJECT'],
    ['a b', {}, 'INVALID_SUBJECT'],
    ['', {}, 'INVALID_SUBJECT'],
    [':1', {}, 'INVALID_SUBJECT'],
    ['{"cmd":"sum all"}', {}, 'INVALID_SUBJECT'],
    ['a', { queue: 'a b' }, 'INVALID_OPTIONS'],
    ['a', { concurrency: 0 }, 'INVALID_OPTIONS'],
  ])('refuses the route %j with %p as %s', (route, extras, code) => {
    expect(() => tableOf(event(route, extras))).toThrow(expect.objectContaining({ code }));
  });

  it('reports every fault at once, with the code of the first', () => {
    const act = (): unknown =>
      tableOf(event('a b'), event('ok'), request('c'), request('c'), event('d', { x: 1 }));
    expect(act).toThrow(
      expect.objectContaining({
        code: 'INVALID_SUBJECT',
        message: expect.stringMatching(
          /^3 handlers cannot be bound:\n- .*"a b".*\n- Two request.*\n- .*x: there is no/,
        ),
        cause: expect.any(AggregateError),
        details: { faults: [expect.any(String), expect.any(String), expect.any(String)] },
      }),
    );
  });

  it('lets each group leave to another on its filter what it has no handler for', () => {
    const table = tableOf(event('a'), request('a', { queue: 'q' }), event('b'), request('c'));
    expect(
      table.groups.map(({ filter, leavesRequests, leavesEvents }) => [
        filter,
        leavesRequests,
        leavesEvents,
      ]),
    ).toEqual([
      ['a', true, false],
      ['a', false, true],
      ['b', false, false],
      ['c', false, false],
    ]);
  });

  it('adds all handlers or none', () => {
    const table = tableOf(event('before'));
    const act = (): void => addAll(table, [event('good'), event('before'), event('a b')]);
    expect(act).toThrow('a space');
    expect(shown(table)).toEqual(['before : before | ']);
  });

  it('adds to a group that is there, and takes out', () => {
    const [first, second] = [event('a'), event('a')];
    const table = tableOf(first);
    const [group] = table.groups;
    expect(table.add(second)).toBe(group);
    expect(group!.events).toHaveLength(2);
    expect(table.remove(first)).toBe(group);
    expect(group!.events.map(({ declaration }) => declaration)).toEqual([second]);
    expect(table.remove(first)).toBeUndefined();
    expect(table.remove(second)).toBe(group);
    expect(table.groups).toEqual([]);
  });

  it('takes requests back to events when their handler is taken out', () => {
    const answer = request('a', { queue: 'q' });
    const table = tableOf(event('a'), answer);
    const [taking] = table.groups;
    expect(taking!.leavesRequests).toBe(true);
    expect(isEmpty(table.remove(answer)!)).toBe(true);
    expect(table.groups).toEqual([taking]);
    expect(taking!.leavesRequests).toBe(false);
    table.add(answer);
    expect(taking!.leavesRequests).toBe(true);
  });

  it('is as it was when a handler cannot be added', () => {
    const table = tableOf(request('a'));
    expect(() => table.add(request('a'))).toThrow('Two request handlers');
    expect(() => table.add(event('b b'))).toThrow('a space');
    expect(shown(table)).toEqual(['a :  | a']);
  });
});
