// Compiled, never run: a line that should not compile has @ts-expect-error before it.
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { NatsRecord as NestRecord } from '@nestjs/microservices';
import { expectTypeOf } from 'expect-type';
import type { Observable } from 'rxjs';
import {
  type BatchAck,
  type ClientSettings,
  isNatsTransportError,
  isRemoteError,
  NatsClient,
  type NatsErrorCode,
  type NatsRecord,
  NatsRecordBuilder,
  type NatsStatus,
  type PubAck,
  NatsSharedConnection,
} from 'nestjs-nats';

interface Quote {
  readonly price: number;
}

declare const client: NatsClient;
declare const connection: NatsSharedConnection;
declare const received: MsgHdrs;

// request()
expectTypeOf(client.request('a', 1)).toEqualTypeOf<Promise<unknown>>();
expectTypeOf(client.request<Quote>('a', 1)).toEqualTypeOf<Promise<Quote>>();
void client.request('a', 1, { timeoutMs: 5, signal: new AbortController().signal, codec: 'raw' });
void client.request('a', 1, {
  headers: { A: 'b', C: ['d', 'e'] },
  onHeaders: (h) => void h.get('A'),
});
void client.request('a', 1, { headers: received });
// @ts-expect-error the data is missing: say undefined
void client.request('a');
// @ts-expect-error a subject is text
void client.request({ cmd: 'a' }, 1);
// @ts-expect-error the unit is in the name
void client.request('a', 1, { timeout: 5 });
// @ts-expect-error a number of milliseconds
void client.request('a', 1, { timeoutMs: '5' });
// @ts-expect-error a header value is text
void client.request('a', 1, { headers: { A: 1 } });
// @ts-expect-error that is for publish()
void client.request('a', 1, { confirm: 'flush' });

// publish(): ours, and the one that the base class calls
expectTypeOf(client.publish('a', 1)).toEqualTypeOf<Promise<PubAck | undefined>>();
expectTypeOf(client.publish('a', 1, { confirm: 'flush' })).toEqualTypeOf<
  Promise<PubAck | undefined>
>();
expectTypeOf(client.publish('a', 1, { stream: 'S' })).toEqualTypeOf<Promise<PubAck>>();
expectTypeOf(client.publish('a', 1, { delivery: 'at-most-once' })).toEqualTypeOf<
  Promise<undefined>
>();
expectTypeOf(client.publish('a', 1, { stream: 'S', delivery: 'at-most-once' })).toEqualTypeOf<
  Promise<undefined>
>();
void client.publish('a', 1, { msgId: 'b', expectLastSequence: 0, ttlMs: 'never', at: new Date() });
// @ts-expect-error the unit is in the name
void client.publish('a', 1, { ttl: 5 });
// @ts-expect-error a Date
void client.publish('a', 1, { at: Date.now() });
// @ts-expect-error more cannot be promised
void client.publish('a', 1, { delivery: 'exactly-once' });
// @ts-expect-error a request is not stored
void client.request('a', 1, { msgId: 'b' });
// @ts-expect-error nor is one for several answers
client.gather('a', 1, { stream: 'S' });
expectTypeOf(client.publish({ pattern: 'a', data: 1 }, () => {})).toEqualTypeOf<() => void>();
// @ts-expect-error there is no other way to confirm
void client.publish('a', 1, { confirm: true });
// @ts-expect-error that is for request()
void client.publish('a', 1, { signal: new AbortController().signal });

// publishBatch()
expectTypeOf(
  client.publishBatch([{ subject: 'a', data: 1, msgId: 'b', headers: { A: 'b' } }], {
    stream: 'S',
  }),
).toEqualTypeOf<Promise<BatchAck>>();
expectTypeOf<BatchAck>().toExtend<PubAck>();
// @ts-expect-error the batch has one timeout
void client.publishBatch([{ subject: 'a', data: 1, timeoutMs: 5 }]);
// @ts-expect-error a batch is acknowledged
void client.publishBatch([{ subject: 'a', data: 1, delivery: 'at-most-once' }]);
// @ts-expect-error the data is missing: say undefined
void client.publishBatch([{ subject: 'a' }]);

// gather()
expectTypeOf(client.gather('a', 1)).toEqualTypeOf<Observable<unknown>>();
expectTypeOf(
  client.gather<Quote>('a', 1, { max: 3, stallMs: 100, timeoutMs: 1_000, onError: () => {} }),
).toEqualTypeOf<Observable<Quote>>();
// @ts-expect-error misspelt
client.gather('a', 1, { maximum: 3 });
// @ts-expect-error a number
client.gather('a', 1, { max: '3' });

// send(), emit(), and the rest of a ClientProxy
expectTypeOf(client.send<Quote, object>('a', {})).toEqualTypeOf<Observable<Quote>>();
expectTypeOf(client.emit('a', {})).toEqualTypeOf<Observable<void>>();
expectTypeOf(client.emit<PubAck>('a', {})).toEqualTypeOf<Observable<PubAck>>();
expectTypeOf(client.status).toEqualTypeOf<Observable<NatsStatus>>();
expectTypeOf(client.unwrap()).toEqualTypeOf<NatsConnection>();
client.on('reconnect', (server) => expectTypeOf(server).toBeString());
client.on('error', (error) => expectTypeOf(error).toEqualTypeOf<Error>());
// @ts-expect-error there is no such event
client.on('reconnected', () => {});

// options
expectTypeOf<ClientSettings['timeoutMs']>().toEqualTypeOf<number | undefined>();
void new NatsClient();
void new NatsClient({ servers: ['a', 'b'], codec: 'text', timeoutMs: 100, user: 'u', pass: 'p' });
void new NatsClient({ connection, envelope: 'nest' });
void new NatsClient({
  streams: [{ name: 'S', subjects: ['s.>'], retention: 'workqueue', allow_msg_ttl: true }],
  provision: 'verify',
  jetstream: { domain: 'hub', apiTimeoutMs: 500 },
  publishRetry: { attempts: 2, initialMs: 5, maxMs: 5, ackTimeoutMs: 5, msgIds: 'all' },
});
// @ts-expect-error a stream has a name
void new NatsClient({ streams: [{ subjects: ['s.>'] }] });
// @ts-expect-error misspelt
void new NatsClient({ provision: 'created' });
// @ts-expect-error misspelt
void new NatsClient({ publishRetry: { retries: 5 } });
expectTypeOf(connection.status).toEqualTypeOf<Observable<NatsStatus>>();
expectTypeOf<keyof NatsSharedConnection>().toEqualTypeOf<'status' | 'on'>();
// @ts-expect-error what has the same methods is no connection
void new NatsClient({ connection: client });
// @ts-expect-error misspelt
void new NatsClient({ server: 'a' });
// @ts-expect-error only a strategy takes both
void new NatsClient({ connection, envelope: 'both' });
// @ts-expect-error reconnecting is always on
void new NatsClient({ reconnect: false });

// records
const record = new NatsRecordBuilder({ n: 1 }).header('A', 'b').timeout(5).codec('json').build();
expectTypeOf(record.data).toEqualTypeOf<{ n: number }>();
expectTypeOf(record).toExtend<NestRecord>();
// @ts-expect-error a number of milliseconds
new NatsRecordBuilder(1).timeout('5');
expectTypeOf(
  new NatsRecordBuilder(1)
    .stream('S')
    .msgId('a')
    .ttl('never')
    .delay(5)
    .at(new Date())
    .scheduleId('b')
    .expectLastSequence(0)
    .expectLastSubjectSequence(0)
    .expectLastMsgId('c')
    .delivery('at-most-once')
    .build(),
).toEqualTypeOf<NatsRecord<number>>();
// @ts-expect-error more cannot be promised
new NatsRecordBuilder(1).delivery('exactly-once');

// errors
declare const error: unknown;
if (isNatsTransportError(error)) expectTypeOf(error.code).toEqualTypeOf<NatsErrorCode>();
if (isRemoteError(error)) expectTypeOf(error.status).toBeNumber();
// @ts-expect-error there is no such code
isNatsTransportError(error, 'TIME_OUT');
