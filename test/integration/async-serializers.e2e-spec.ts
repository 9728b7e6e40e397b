import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, RpcException } from '@nestjs/microservices';
import { concat, finalize, interval, map, type Observable, of, throwError } from 'rxjs';
import type { PacketSerializer } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { watchUnhandledRejections } from '../support/unhandled-rejections.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Streams {
  left = 0;

  @MessagePattern('serial.fails.after.three')
  failsAfterThree(): Observable<number> {
    const failure = new RpcException({ code: 'DRY', message: 'm' });
    return concat(
      of(1, 2, 3),
      throwError(() => failure),
    );
  }

  @MessagePattern('serial.one.too.many')
  oneTooMany(): Observable<unknown> {
    return of('slow', 'bad', 'never seen');
  }

  @MessagePattern('serial.endless')
  endless(): Observable<unknown> {
    return interval(2).pipe(
      map((n) => (n === 2 ? 'bad' : n)),
      finalize(() => this.left++),
    );
  }

  @MessagePattern('serial.value')
  value(): string {
    return 'bad';
  }
}

interface Packet {
  readonly response?: unknown;
  readonly err?: unknown;
}

/** Takes a while for values, and none for errors; `bad` cannot be written, and that shows at once. */
const serializer: PacketSerializer = {
  serialize: async (packet) => {
    const { response, err } = packet as Packet;
    if (response === 'bad') throw new Error('bad');
    if (err === undefined) for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    return JSON.stringify(packet);
  },
};

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Asks, and gives the values and what they ended with. */
async function follow(subject: string): Promise<unknown[]> {
  const client = bench.client({ envelope: 'nest' });
  return new Promise((resolve) => {
    const seen: unknown[] = [];
    client.send(subject, {}).subscribe({
      next: (value) => seen.push(value),
      error: ({ code, message }: { code: string; message: string }) =>
        resolve([...seen, code === 'ERROR' ? message : code]),
      complete: () => resolve([...seen, 'complete']),
    });
  });
}

it('an error does not overtake the values before it', async () => {
  await bench.listen([Streams], { serializer });
  await expect(follow('serial.fails.after.three')).resolves.toEqual([1, 2, 3, 'DRY']);
});

it('a value that cannot be written ends the stream, after those before it', async () => {
  const unhandled = watchUnhandledRejections();
  bench.own(() => unhandled.stop());
  await bench.listen([Streams], { serializer });
  await expect(follow('serial.one.too.many')).resolves.toEqual(['slow', 'ENCODE_FAILED']);
  expect(unhandled.reasons).toEqual([]);
});

it('a stream with a value that cannot be written is left', async () => {
  const app = await bench.listen([Streams], { serializer, shutdownTimeoutMs: 0 });
  await expect(follow('serial.endless')).resolves.toEqual([0, 1, 'ENCODE_FAILED']);
  await waitFor(() => app.get(Streams).left === 1, { what: 'the stream to be left' });
});

it('an only value that cannot be written is an error', async () => {
  await bench.listen([Streams], { serializer });
  await expect(follow('serial.value')).resolves.toEqual(['ENCODE_FAILED']);
});
