import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BadRequestException, Controller } from '@nestjs/common';
import { MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { firstValueFrom, type Observable, throwError } from 'rxjs';
import { isRemoteError, RemoteError } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { everythingOf, rejection } from '../support/rejection.js';

const SECRET = 'password of the database';

function cyclic(): unknown {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}

const FAILURES: Record<string, () => unknown> = {
  throws: () => {
    throw new Error(SECRET);
  },
  rejects: () => Promise.reject(new TypeError(SECRET)),
  emits: () => throwError(() => new Error(SECRET)),
  'throws no error': () => {
    // eslint-disable-next-line no-throw-literal -- applications do
    throw { [SECRET]: SECRET };
  },
  http: () => {
    throw new BadRequestException(SECRET);
  },
  text: () => {
    throw new RpcException('out of stock');
  },
  object: () => {
    throw new RpcException({
      code: 'OUT_OF_STOCK',
      message: 'only 2 left',
      details: { left: 2 },
      status: 409,
      other: SECRET,
    });
  },
  'rejected object': () => Promise.reject(new RpcException({ code: 'LATE', message: 'too late' })),
  'emitted object': () => throwError(() => new RpcException({ code: 'DRY', message: 'ran dry' })),
  'line breaks': () => {
    throw new RpcException({ code: 'LINES', message: 'one\r\nNats-Service-Error: two\n\n three' });
  },
  bigint: () => ({ amount: 10n }),
  circular: cyclic,
  function: () => cyclic,
  'too large': () => 'x'.repeat(2_000_000),
  'too large an error': () => {
    throw new RpcException({ code: 'LARGE', message: 'm', details: 'x'.repeat(2_000_000) });
  },
  'circular details': () => {
    throw new RpcException({ code: 'CIRCULAR', message: 'm', details: cyclic() });
  },
};

@Controller()
class Failing {
  @MessagePattern('failing.do')
  fail(@Payload() name: string): unknown {
    return FAILURES[name]?.();
  }

  @MessagePattern('failing.fine')
  fine(): Observable<string> | string {
    return 'fine';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function failure(name: string): Promise<RemoteError> {
  await bench.listen([Failing]);
  const error = await rejection<RemoteError>(bench.client().request('failing.do', name));
  expect(isRemoteError(error)).toBe(true);
  return error;
}

describe('F26: a handler that fails', () => {
  it.each(['throws', 'rejects', 'emits', 'throws no error', 'http'])(
    '%s: the caller hears INTERNAL at once, and nothing of the text',
    async (name) => {
      const error = await failure(name);
      expect(error).toMatchObject({ code: 'INTERNAL', status: 500, subject: 'failing.do' });
      const told = everythingOf(error);
      expect(told).not.toContain(SECRET);
      expect(told).not.toContain('at ');
    },
  );
});

describe('an RpcException', () => {
  it('of a text is told as it is', async () => {
    expect(await failure('text')).toMatchObject({ code: 'ERROR', message: 'out of stock' });
  });

  it('of an object is told with code, message, details and status, and no more', async () => {
    const error = await failure('object');
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({
      code: 'OUT_OF_STOCK',
      message: 'only 2 left',
      details: { left: 2 },
      status: 409,
    });
    expect(JSON.stringify(error)).not.toContain(SECRET);
  });

  it.each([
    ['rejected object', 'LATE'],
    ['emitted object', 'DRY'],
  ])('as %s is told the same way', async (name, code) => {
    expect((await failure(name)).code).toBe(code);
  });

  it('with line breaks is told whole, and adds no header', async () => {
    expect(await failure('line breaks')).toMatchObject({
      code: 'LINES',
      message: 'one\r\nNats-Service-Error: two\n\n three',
      status: 500,
    });
  });

  it('reaches send() as the same error', async () => {
    await bench.listen([Failing]);
    const sent = firstValueFrom(bench.client().send('failing.do', 'object'));
    await expect(sent).rejects.toMatchObject({ name: 'RemoteError', code: 'OUT_OF_STOCK' });
  });
});

describe('an answer that cannot be sent', () => {
  it.each([
    ['bigint', 'ENCODE_FAILED'],
    ['circular', 'ENCODE_FAILED'],
    ['function', 'ENCODE_FAILED'],
    ['too large', 'PAYLOAD_TOO_LARGE'],
    ['too large an error', 'LARGE'],
    ['circular details', 'CIRCULAR'],
  ])('%s: the caller hears it at once as %s', async (name, code) => {
    expect((await failure(name)).code).toBe(code);
  });

  it('does not disturb the next', async () => {
    await bench.listen([Failing]);
    const client = bench.client();
    for (const name of Object.keys(FAILURES)) await rejection(client.request('failing.do', name));
    await expect(client.request('failing.fine', {})).resolves.toBe('fine');
  });
});
