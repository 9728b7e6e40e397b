import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type Msg, type NatsConnection } from 'nats';
import { startNatsServer } from 'nestjs-nats/testing';
import protobufjs from 'protobufjs';
import { AppProcess } from '../support/app-process.js';
import { ChatUser } from '../support/chat-user.js';
import { Cleanup } from '../support/cleanup.js';
import { waitFor } from '../support/wait-for.js';

const PROTO = join(import.meta.dirname, '../../apps/chat/chat.proto');

describe('U5: a chat whose instances speak protobuf', () => {
  const cleanup = new Cleanup();
  const heard: Msg[] = [];
  let foreign: NatsConnection;
  let types: protobufjs.Root;
  let ada: ChatUser;
  let bob: ChatUser;

  beforeAll(async () => {
    const server = await startNatsServer({ jetstream: false });
    cleanup.add(server, (started) => started.stop());
    // by other authors than the codec of the chat
    types = await protobufjs.load(PROTO);
    foreign = cleanup.add(await connect({ servers: server.url }), (made) => made.close());
    const start = async (name: string): Promise<string> => {
      const env = { PORT: '0', NATS_SERVERS: server.url, CHAT_NAME: name, NATS_CODEC: 'proto' };
      const app = cleanup.add(new AppProcess('chat', env), (started) => started.stop());
      const url = await app.url();
      await waitFor(async () => (await fetch(`${url}/readyz`)).ok, { what: `${name} to be ready` });
      return url;
    };
    const [first, second] = await Promise.all([start('chat-a'), start('chat-b')]);
    ada = cleanup.add(await ChatUser.enter(first, 'ada'), (user) => user.leave());
    bob = cleanup.add(await ChatUser.enter(second, 'bob'), (user) => user.leave());
    // whoever listens where nobody answers would be waited for: on the subjects of those who are here only
    for (const subject of ['chat.room.lobby', 'chat.who', 'chat.user.bob']) {
      foreign.subscribe(subject, { callback: (_error, message) => heard.push(message) });
    }
    await foreign.flush();
  });

  afterAll(() => cleanup.run());

  it('passes messages on to rooms and to users, and knows who is here', async () => {
    expect((await ada.say('hello')).status).toBe(200);
    expect((await ada.say('psst', 'bob')).status).toBe(200);
    expect((await ada.say('psst', 'nobody')).status).toBe(404);
    await waitFor(() => bob.heard.length + bob.told.length === 2, { what: 'both messages' });
    expect(bob.heard).toEqual([
      expect.objectContaining({ from: 'ada', text: 'hello', via: 'chat-a' }),
    ]);
    expect(bob.told).toEqual([expect.objectContaining({ from: 'ada', text: 'psst', to: 'bob' })]);
    await waitFor(() => ada.people.length === 2, { what: 'both to be here' });
  });

  it('writes what chat.proto says', async () => {
    const find = async (subject: string, type: string): Promise<object> => {
      const last = (): Msg | undefined => heard.findLast((each) => each.subject === subject);
      // who is here is asked every five seconds
      await waitFor(() => last() !== undefined, { timeoutMs: 15_000, what: subject });
      const message = last()!;
      expect(message.headers?.get('Content-Type')).toBe('application/protobuf');
      return types.lookupType(`chat.${type}`).decode(message.data).toJSON();
    };
    expect(await find('chat.room.lobby', 'RoomMessage')).toMatchObject({
      kind: 'message',
      text: 'hello',
    });
    expect(await find('chat.user.bob', 'UserMessage')).toMatchObject({
      kind: 'direct',
      text: 'psst',
    });
    expect(await find('chat.who', 'WhoMessage')).toEqual({ room: 'lobby' });
  });

  it('reads what others write by it, and outlives what they do not', async () => {
    const type = types.lookupType('chat.RoomMessage');
    const bytes = type
      .encode({
        kind: 'message',
        id: 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
        from: 'cy',
        text: 'from elsewhere',
        at: new Date().toISOString(),
        via: 'another chat',
      })
      .finish();
    foreign.publish('chat.room.lobby', new TextEncoder().encode('{"kind":"message"}'));
    foreign.publish('chat.room.lobby', bytes);
    await waitFor(() => bob.heard.some(({ from }) => from === 'cy'), { what: 'the message' });
    expect(ada.heard.at(-1)).toMatchObject({ from: 'cy', text: 'from elsewhere' });
  });
});
