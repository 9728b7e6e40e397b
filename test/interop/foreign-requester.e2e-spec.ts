import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import type { Msg } from 'nats';
import { from, type Observable, of } from 'rxjs';
import { foreignPeer, listenTo } from '../support/foreign-peer.js';
import { NatsBench } from '../support/nats-bench.js';
import { waitFor } from '../support/wait-for.js';

@Controller()
class Prices {
  @MessagePattern('prices.quote')
  quote(@Payload() query: { sku: string }): unknown {
    return { sku: query.sku, cents: 1999 };
  }

  @MessagePattern('prices.promise')
  async promised(): Promise<string> {
    return Promise.resolve('später');
  }

  @MessagePattern('prices.single')
  single(): Observable<number> {
    return of(1);
  }

  @MessagePattern('prices.nothing')
  nothing(): void {}

  @MessagePattern('prices.null')
  null(): null {
    return null;
  }

  @MessagePattern('prices.many')
  many(): Observable<string> {
    return from(['a', 'b']);
  }

  @MessagePattern('prices.refuse')
  refuse(): never {
    throw new RpcException({
      code: 'NOT_FOR_SALE',
      message: 'not for sale\r\nX-Injected: yes – 漢',
      status: 403,
      details: { since: 2020 },
    });
  }

  @MessagePattern('prices.crash')
  crash(): never {
    throw new Error('the password is hunter2');
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

async function ask(subject: string, payload: string): Promise<Msg> {
  await bench.listen([Prices]);
  const peer = await foreignPeer(bench);
  return peer.request(subject, payload, { timeout: 2_000 });
}

describe('a request of a foreign client', () => {
  it.each([
    ['prices.quote', '{"sku":"A1"}', '{"sku":"A1","cents":1999}'],
    ['prices.promise', '{}', '"später"'],
    ['prices.single', '{}', '1'],
    ['prices.null', '{}', 'null'],
    ['prices.nothing', '{}', ''],
    ['prices.single', '', '1'],
  ])('to %s with %j gets %j, and no headers', async (subject, payload, answer) => {
    const message = await ask(subject, payload);
    expect(message.string()).toBe(answer);
    expect(message.headers).toBeUndefined();
  });

  it('reads an error reply by its Nats-Service-Error headers', async () => {
    const message = await ask('prices.refuse', '{}');
    expect(message.headers!.get('Nats-Service-Error-Code')).toBe('403');
    expect(message.headers!.get('Nats-Service-Error')).toMatch(/^not for sale X-Injected: yes/);
    expect(message.headers!.keys().toSorted()).toEqual([
      'Content-Type',
      'Nats-Service-Error',
      'Nats-Service-Error-Code',
    ]);
    expect(message.json()).toEqual({
      code: 'NOT_FOR_SALE',
      message: 'not for sale\r\nX-Injected: yes – 漢',
      details: { since: 2020 },
    });
  });

  it('learns nothing of an unexpected failure', async () => {
    const message = await ask('prices.crash', '{}');
    expect(message.headers!.get('Nats-Service-Error-Code')).toBe('500');
    expect(message.headers!.get('Nats-Service-Error')).toBe('Internal error');
    expect(message.json()).toEqual({ code: 'INTERNAL', message: 'Internal error' });
  });

  it('is told when its payload is not JSON', async () => {
    const message = await ask('prices.quote', 'A1');
    expect(message.headers!.get('Nats-Service-Error-Code')).toBe('400');
    expect(message.json()).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('sees numbered frames and an empty end when the answer is a stream', async () => {
    await bench.listen([Prices]);
    const peer = await foreignPeer(bench);
    const frames = await listenTo(peer, '_INBOX.mine');
    peer.publish('prices.many', '{}', { reply: '_INBOX.mine' });
    await waitFor(() => frames.length === 3, { what: () => `3 frames, got ${frames.length}` });
    const stream = { 'Reply-Stream': frames[0]!.headers!.get('Reply-Stream') };
    expect(stream['Reply-Stream']).not.toBe('');
    expect(
      frames.map((frame) => ({
        data: frame.string(),
        headers: Object.fromEntries(frame.headers!.keys().map((k) => [k, frame.headers!.get(k)])),
      })),
    ).toEqual([
      { data: '"a"', headers: { 'Reply-Sequence': '1', ...stream } },
      { data: '"b"', headers: { 'Reply-Sequence': '2', ...stream } },
      { data: '', headers: { 'Reply-End': '2', ...stream } },
    ]);
  });
});

it('N7: a foreign member shares a queue group with ours', async () => {
  @Controller()
  class Member {
    handled = 0;

    @MessagePattern('prices.shared', { queue: 'shared' })
    shared(): string {
      this.handled++;
      return 'ours';
    }
  }
  const app = await bench.listen([Member]);
  const peer = await foreignPeer(bench);
  let theirs = 0;
  peer.subscribe('prices.shared', {
    queue: 'shared',
    callback: (_, message) => {
      theirs++;
      message.respond('"theirs"');
    },
  });
  await peer.flush();
  const client = bench.client();
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => client.request('prices.shared', {})),
  );
  const count = (who: string) => answers.filter((answer) => answer === who).length;
  expect(theirs + app.get(Member).handled).toBe(100);
  expect([count('ours'), count('theirs')]).toEqual([app.get(Member).handled, theirs]);
  expect(Math.min(theirs, app.get(Member).handled)).toBeGreaterThan(0);
});
