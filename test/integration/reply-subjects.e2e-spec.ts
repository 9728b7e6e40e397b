import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import type { NatsStrategyOptions } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';

@Controller()
class Service {
  readonly handled: unknown[] = [];

  @MessagePattern('replyto.ask')
  ask(@Payload() data: unknown): string {
    this.handled.push(data);
    return 'answer';
  }

  @MessagePattern('replyto.other')
  other(@Payload() data: unknown): void {
    this.handled.push(data);
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

/** Asks with each of these reply subjects, and gives those that were answered. */
async function answered(
  replies: readonly string[],
  options: NatsStrategyOptions = {},
): Promise<{ subjects: string[]; handled: unknown[] }> {
  const witness = await bench.peer();
  const subjects: string[] = [];
  witness.subscribe('>', {
    callback: (_, { subject, data }) => {
      if (new TextDecoder().decode(data) === '"answer"') subjects.push(subject);
    },
  });
  await witness.flush();
  const app = await bench.listen([Service], options);
  const raw = await bench.raw();
  for (const reply of replies) raw.publish('replyto.ask', JSON.stringify(reply), { reply });
  raw.publish('replyto.ask', '"marker"', { reply: '_INBOX.marker' });
  await raw.flush();
  // waits until every request is handled and every answer is with the server
  await app.close();
  await witness.flush();
  return { subjects, handled: app.get(Service).handled };
}

describe('the reply subject of a request', () => {
  it('F2: must be an inbox: the handler does not run for another', async () => {
    const { subjects, handled } = await answered([
      '$JS.API.STREAM.DELETE.ORDERS',
      '$SYS.REQ.SERVER.PING',
      '$KV.config.password',
      '$O.files.C.x',
      'evil.subject',
      'replyto.other',
      '_INBOX',
      '_INBOXES.x',
      '_inbox.x',
      'x._INBOX.y',
    ]);
    expect(subjects).toEqual(['_INBOX.marker']);
    expect(handled).toEqual(['marker']);
  });

  it('F2: may be any inbox', async () => {
    const { subjects } = await answered(['_INBOX.a', '_INBOX.a.b.c']);
    expect(subjects).toEqual(['_INBOX.a', '_INBOX.a.b.c', '_INBOX.marker']);
  });

  it("F2: may begin with the connection's own prefix, or one that was added", async () => {
    const { subjects } = await answered(
      ['mine.a', 'theirs.in.b', 'theirs.c', 'minecraft.d', 'other.e'],
      { inboxPrefix: 'mine', replyPrefixes: ['theirs.in'] },
    );
    expect(subjects).toEqual(['mine.a', 'theirs.in.b', '_INBOX.marker']);
  });
});

it('F2: clients with a prefix of their own are answered when it is added', async () => {
  await bench.listen([Service], { replyPrefixes: ['_INBOX_shop'] });
  const client = bench.client({ inboxPrefix: '_INBOX_shop' });
  await expect(client.request('replyto.ask', 1)).resolves.toBe('answer');
});
