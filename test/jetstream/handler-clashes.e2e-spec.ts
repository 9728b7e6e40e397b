import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern } from '@nestjs/microservices';
import {
  Consume,
  type NatsConsumeOptions,
  NatsModule,
  NatsStrategy,
  type NatsTransportError,
  Respond,
} from 'nestjs-nats';
import { onlyConnected } from '../support/monitoring.js';
import { rejection } from '../support/rejection.js';
import { StreamBench } from '../support/stream-bench.js';

const bench = new StreamBench();
beforeAll(() => bench.start());
beforeEach(() => bench.open());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** What `listen()` rejects with. */
async function refusal(...controllers: Type[]): Promise<NatsTransportError> {
  const { app } = await bench.nats.create(controllers, { name: 'refused' });
  return rejection<NatsTransportError>(app.listen());
}

function consumer(subject: string | string[], options: object): Type {
  @Controller()
  class Consumer {
    @Consume(subject, options as NatsConsumeOptions)
    handle(): void {
      // is not to be called
    }
  }
  return Consumer;
}

const wide = () => ({ stream: bench.stream, durable: 'billing' });

describe('handlers of streams that cannot be', () => {
  it.each<[string, (own: string) => Type]>([
    ['decorated one by one', (own) => consumer(`${own}.b`, wide())],
    [
      'in one controller, with options that they share',
      (own) => {
        const shared = wide();
        @Controller()
        class Both {
          @EventPattern<unknown>(`${own}.b`, shared)
          one(): void {
            // is not to be called
          }

          @EventPattern<unknown>(`${own}.c`, shared)
          two(): void {
            // is not to be called
          }
        }
        return Both;
      },
    ],
  ])('two of one durable, %s', async (_, second) => {
    const error = await refusal(consumer(`${bench.stream}.a`, wide()), second(bench.stream));
    expect(error).toMatchObject({ code: 'DUPLICATE_HANDLER' });
    for (const text of [`"${bench.stream}.a"`, `"${bench.stream}.b"`, '"billing"'])
      expect(error.message).toContain(text);
  });

  it('two of one durable: the methods are named where the module knows them', async () => {
    const pattern = `${bench.stream}.a`;
    @Controller()
    class Invoices {
      @Consume(pattern, wide())
      write(): void {
        // is not to be called
      }
    }
    @Controller()
    class Reminders {
      @Consume(`${bench.stream}.b`, wide())
      send(): void {
        // is not to be called
      }
    }
    class AppModule {}
    Module({
      imports: [NatsModule.forRoot({ servers: bench.nats.server.url })],
      controllers: [Invoices, Reminders],
    })(AppModule);
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    bench.nats.own(() => app.close());
    app.connectMicroservice({ strategy: app.get(NatsStrategy) });
    const error = await rejection<NatsTransportError>(app.startAllMicroservices());
    expect(error).toMatchObject({ code: 'DUPLICATE_HANDLER' });
    expect(error.message).toContain('Invoices.write');
    expect(error.message).toContain('Reminders.send');
  });

  it('one that answers requests', async () => {
    @Controller()
    class Answering {
      @MessagePattern(`${bench.stream}.a`, { stream: bench.stream, durable: 'd' })
      answer(): string {
        return 'nobody waits for it';
      }
    }
    const error = await refusal(Answering);
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(error.message).toMatch(/nobody waits for an answer.*use @Consume/);
  });

  it('one of a stream that is not there', async () => {
    const error = await refusal(consumer('elsewhere.a', { stream: 'ELSEWHERE', durable: 'd' }));
    expect(error).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    expect(error.message).toContain('"ELSEWHERE"');
  });

  it('one of a subject that its stream does not take', async () => {
    const error = await refusal(consumer('elsewhere.a', wide()));
    expect(error).toMatchObject({ code: 'STREAM_NOT_FOUND', details: { subject: 'elsewhere.a' } });
  });

  it('one whose dead letters nobody keeps', async () => {
    const options = { ...wide(), deadLetter: 'nobody.keeps.it' };
    const error = await refusal(consumer(`${bench.stream}.a`, options));
    expect(error).toMatchObject({ code: 'STREAM_NOT_FOUND' });
    expect(error.message).toContain('"nobody.keeps.it"');
  });

  it('one with options that are unknown, or of core NATS', async () => {
    const options = { ...wide(), conccurrency: 1, queue: 'q' };
    const error = await refusal(consumer(`${bench.stream}.a`, options));
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(error.message).toContain('conccurrency');
    expect(error.message).toContain('replicas share a stream by the name of their durable');
  });

  it('one whose patterns take a message both', async () => {
    const patterns = [`${bench.stream}.*.x`, `${bench.stream}.a.*`];
    expect(await refusal(consumer(patterns, wide()))).toMatchObject({
      code: 'INVALID_OPTIONS',
      details: { patterns },
    });
  });

  it('are named all at once, with those of core NATS, and nothing is made', async () => {
    const own = bench.stream;
    @Controller()
    class Core {
      @Respond('not a subject')
      one(): void {
        // is not to be called
      }

      @EventPattern<unknown>('core.b', { concurrency: 0 })
      two(): void {
        // is not to be called
      }
    }
    const error = await refusal(
      Core,
      consumer(`${own}.fine`, { stream: own, durable: 'fine' }),
      consumer(`${own}.c`, { stream: own }),
      consumer(`${own}.d`, { stream: own, durable: 'd', ackWaitMs: 1 }),
      consumer(`${own}.e`, { stream: own, durable: 'fine' }),
    );
    expect(error.details['faults']).toHaveLength(5);
    for (const text of ['"not a subject"', '"core.b"', `"${own}.c"`, `"${own}.d"`, `"${own}.e"`])
      expect(error.message).toContain(text);
    expect(await bench.jsm.consumers.list(own).next()).toEqual([]);
  });
});

it('what fails at the server takes everything back: subscriptions and the connection', async () => {
  @Controller()
  class Core {
    @EventPattern<unknown>('core.fine')
    fine(): void {
      // is not to be called
    }
  }
  await refusal(Core, consumer('elsewhere.a', { stream: 'ELSEWHERE', durable: 'd' }));
  await bench.peer.close();
  await onlyConnected(bench.nats.server, []);
});
