import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BadRequestException, Controller, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { concat, lastValueFrom, of, tap, throwError, type Observable } from 'rxjs';
import { NatsExceptionFilter, RemoteError } from 'nestjs-nats';
import { DIRECTIONS, type Direction, serve } from '../support/built-in-transport.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const SECRET = 'password of the database';
const OBJECT = { code: 'SOLD_OUT', message: 'none left', details: { left: 0 }, status: 409 };

const FAILURES: Record<string, () => unknown> = {
  error: () => {
    throw new Error(SECRET);
  },
  http: () => {
    throw new BadRequestException(SECRET);
  },
  text: () => {
    throw new RpcException('refused');
  },
  object: () => {
    throw new RpcException(OBJECT);
  },
  rejected: () => Promise.reject(new RpcException('refused')),
  stream: () =>
    concat(
      of(1, 2),
      throwError(() => new RpcException(OBJECT)),
    ),
};

@Controller()
class Handlers {
  @MessagePattern('errors.do')
  fail(@Payload() kind: string): unknown {
    return FAILURES[kind]!();
  }

  @MessagePattern('errors.fine')
  fine(): string {
    return 'fine';
  }
}

@Controller()
class Filtered {
  @MessagePattern('errors.filtered')
  @UseFilters(NatsExceptionFilter)
  fail(): never {
    throw new BadRequestException(['one', 'two']);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

interface Failure {
  readonly error: Record<string, unknown>;
  readonly values: unknown[];
}

async function failure(direction: Direction, kind: string): Promise<Failure> {
  const client = await serve(bench, direction, [Handlers]);
  const values: unknown[] = [];
  const answers: Observable<unknown> = client.send('errors.do', kind);
  const error = await rejection<Record<string, unknown>>(
    lastValueFrom(answers.pipe(tap((value) => values.push(value)))),
  );
  await expect(lastValueFrom(client.send('errors.fine', {}))).resolves.toBe('fine');
  return { error, values };
}

describe.each(DIRECTIONS)('from the client $client to the server $server', (direction) => {
  const isOurs = direction.client !== 'built-in';

  it.each(['error', 'http'])('an unexpected error (%s) tells nothing', async (kind) => {
    const { error } = await failure(direction, kind);
    const text = direction.server === 'built-in' ? 'Internal server error' : 'Internal error';
    expect(error).toMatchObject({ message: text });
    expect(JSON.stringify(error)).not.toContain(SECRET);
    expect(error instanceof RemoteError).toBe(isOurs);
  });

  it.each(['text', 'rejected'])('an RpcException of a text (%s) tells the text', async (kind) => {
    const { error } = await failure(direction, kind);
    const expected = isOurs ? { code: 'ERROR', status: 500 } : { status: 'error' };
    expect(error).toMatchObject({ ...expected, message: 'refused' });
  });

  it('an RpcException of an object tells the object', async () => {
    const { error } = await failure(direction, 'object');
    const { code, message, details } = OBJECT;
    const expected = isOurs ? { name: 'RemoteError', code, message, details } : OBJECT;
    expect(error).toMatchObject(expected);
  });

  it('a stream that fails gives its values first', async () => {
    const { error, values } = await failure(direction, 'stream');
    expect(values).toEqual([1, 2]);
    expect(error).toMatchObject({ code: 'SOLD_OUT', message: 'none left' });
  });
});

const TO_OURS = DIRECTIONS.filter(({ server }) => server !== 'built-in');

it.each(TO_OURS)('NatsExceptionFilter tells the client $client of $server', async (direction) => {
  const client = await serve(bench, direction, [Filtered]);
  await expect(lastValueFrom(client.send('errors.filtered', {}))).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    details: { faults: ['one', 'two'] },
  });
});
