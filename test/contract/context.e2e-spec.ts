import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { BaseRpcContext, Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { headers } from '@nats-io/transport-node';
import type { Observable } from 'rxjs';
import { NatsMessageContext, NatsRecordBuilder } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

let seen: ExecutionContext | undefined;

class Looking implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    seen = context;
    return next.handle();
  }
}

@Controller()
class Handlers {
  @MessagePattern('context.wild.*')
  @UseInterceptors(Looking)
  wild(@Payload() _data: unknown, @Ctx() context: NatsMessageContext): unknown {
    const [subject, received] = context.getArgs();
    return {
      subjects: [context.getSubject(), context.subject, subject, context.getArgByIndex(0)],
      versions: [context.getHeaders()?.get('x-version'), received?.get('x-version')],
      sameHeaders: context.getArgByIndex(1) === context.getHeaders(),
    };
  }

  @MessagePattern('context.none')
  none(@Payload() _data: unknown, @Ctx() context: NatsMessageContext): unknown {
    return { headers: typeof context.getHeaders(), metadata: context.getMetadata() };
  }

  @MessagePattern('context.part')
  part(@Payload('name') name: string): string {
    return name;
  }

  @MessagePattern('context.bare')
  bare(data: unknown): unknown {
    return { data };
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function ask(subject: string, data: unknown): Promise<unknown> {
  await bench.listen([Handlers]);
  return bench.client().request(subject, data);
}

describe('the context of a message', () => {
  it('holds the subject it was sent to and its headers, by every name that Nest has', async () => {
    const own = headers();
    own.set('x-version', '1.0.0');
    const data = new NatsRecordBuilder({}).setHeaders(own).build();
    await expect(ask('context.wild.card', data)).resolves.toEqual({
      subjects: Array.from({ length: 4 }, () => 'context.wild.card'),
      versions: ['1.0.0', '1.0.0'],
      sameHeaders: true,
    });
  });

  it('has no headers when there are none', async () => {
    await expect(ask('context.none', {})).resolves.toEqual({ headers: 'undefined', metadata: {} });
  });

  it('is what guards, interceptors and the like find', async () => {
    await ask('context.wild.seen', { payload: 1 });
    expect(seen!.getType()).toBe('rpc');
    expect(seen!.getClass()).toBe(Handlers);
    expect(seen!.getHandler().name).toBe('wild');
    expect(seen!.switchToRpc().getData()).toEqual({ payload: 1 });
    const context = seen!.switchToRpc().getContext<NatsMessageContext>();
    expect(context).toBeInstanceOf(BaseRpcContext);
    expect(context.pattern).toBe('context.wild.*');
    // loggers name the transport by the class
    expect(context.constructor.name.replace(/Context$/, '').toLowerCase()).toContain('nats');
  });
});

describe('the payload of a message', () => {
  it('is the argument where nothing is decorated', async () => {
    await expect(ask('context.bare', 'data')).resolves.toEqual({ data: 'data' });
  });

  it('can be taken by property', async () => {
    await expect(ask('context.part', { name: 'Ada' })).resolves.toBe('Ada');
  });
});
