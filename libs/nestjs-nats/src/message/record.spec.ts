import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import {
  NatsRecord as NestRecord,
  NatsRecordBuilder as NestRecordBuilder,
} from '@nestjs/microservices';
import { NatsRecord, NatsRecordBuilder, unwrapRecord } from './record.js';

describe('NatsRecordBuilder', () => {
  it('builds a record with the payload alone', () => {
    const record = new NatsRecordBuilder({ a: 1 }).build();
    expect(record).toBeInstanceOf(NatsRecord);
    expect(record.data).toEqual({ a: 1 });
    expect(record.options).toEqual({});
  });

  it('builds a record with all it was told', () => {
    const record = new NatsRecordBuilder('a')
      .header('tenant', 'acme')
      .header('tag', '1')
      .header('tag', '2')
      .timeout(500)
      .codec('text')
      .build();
    expect(unwrapRecord(record)).toEqual({
      data: 'a',
      options: {
        headers: [
          ['tenant', 'acme'],
          ['tag', '1'],
          ['tag', '2'],
        ],
        timeoutMs: 500,
        codec: 'text',
      },
    });
  });

  it('says what a stream is asked for', () => {
    const at = new Date();
    const builder = new NatsRecordBuilder('a')
      .stream('ORDERS')
      .delivery('at-most-once')
      .msgId('7')
      .expectLastSequence(1)
      .expectLastSubjectSequence(0)
      .expectLastMsgId('6')
      .ttl(5_000)
      .delay(60_000)
      .at(at)
      .scheduleId('8');
    const { options } = builder.build();
    expect(options).toEqual({
      stream: 'ORDERS',
      delivery: 'at-most-once',
      msgId: '7',
      expectLastSequence: 1,
      expectLastSubjectSequence: 0,
      expectLastMsgId: '6',
      ttlMs: 5_000,
      delayMs: 60_000,
      at,
      scheduleId: '8',
    });
    // what was built does not change when the builder goes on
    builder.msgId('9');
    expect(options.msgId).toBe('7');
  });

  it('takes the payload later, and any payload', () => {
    expect(new NatsRecordBuilder<number>().setData(7).build().data).toBe(7);
    for (const data of [undefined, null, 0, '', false]) {
      expect(new NatsRecordBuilder<unknown>('other').setData(data).build().data).toBe(data);
    }
  });

  it.each<[string, unknown]>([
    ['an object', { a: '1', b: ['2', '3'] }],
    [
      'a Map',
      new Map<string, string | string[]>([
        ['a', '1'],
        ['b', ['2', '3']],
      ]),
    ],
  ])('replaces headers with those of %s, and adds to them', (_, input) => {
    const record = new NatsRecordBuilder().header('old', '0').setHeaders(input).header('a', '4');
    expect([...record.build().headers!]).toEqual([
      ['a', ['1', '4']],
      ['b', ['2', '3']],
    ]);
  });

  it('takes headers of the NATS client', () => {
    const given = headers();
    given.append('a', '1');
    expect([...new NatsRecordBuilder().setHeaders(given).build().headers!]).toEqual([['a', ['1']]]);
  });

  it('builds records that do not change when the builder goes on', () => {
    const builder = new NatsRecordBuilder(1).header('a', '1');
    const first = builder.build();
    builder.header('b', '2').setData(2);
    expect([...first.headers!]).toEqual([['a', ['1']]]);
    expect(first.data).toBe(1);
  });

  it('stands where Nest expects its own', () => {
    const builder = new NatsRecordBuilder(1);
    expect(builder).toBeInstanceOf(NestRecordBuilder);
    expect(builder.build()).toBeInstanceOf(NestRecord);
  });
});

it('refuses headers that cannot be sent when it is built', () => {
  const builder = new NatsRecordBuilder(1).header('Nats-Msg-Id', '1');
  expect(() => builder.build()).toThrow(expect.objectContaining({ code: 'INVALID_HEADER' }));
});

it('takes no headers for none', () => {
  expect(new NatsRecordBuilder(1).setHeaders(undefined).build().headers).toBeUndefined();
});

describe('unwrapRecord', () => {
  it('gives a payload that is no record as it is', () => {
    for (const data of [undefined, null, 'a', { data: 1, options: {} }, { headers: {} }]) {
      expect(unwrapRecord(data)).toEqual({ data, options: {} });
      expect(unwrapRecord(data).data).toBe(data);
    }
  });

  it("takes Nest's own record apart", () => {
    const given = new Map([['a', '1']]);
    const record = new NestRecordBuilder('x').setHeaders(given).build();
    expect(unwrapRecord(record)).toEqual({ data: 'x', options: { headers: given } });
    expect(unwrapRecord(new NestRecordBuilder('x').build())).toEqual({ data: 'x', options: {} });
  });
});
