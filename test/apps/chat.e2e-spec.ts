import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection, StringCodec } from 'nats';
import { type NatsTestServer, startNatsServer } from 'nestjs-nats/testing';
import { AppProcess } from '../support/app-process.js';
import { ChatUser, sayTo } from '../support/chat-user.js';
import { Cleanup } from '../support/cleanup.js';
import { waitFor } from '../support/wait-for.js';

const NOBODY_LOST_MS = 15_000;

describe('chat', () => {
  const cleanup = new Cleanup();
  const visit = new Cleanup();
  let server: NatsTestServer;
  let foreign: NatsConnection;
  let urlA: string;
  let urlB: string;

  const start = async (name: string): Promise<{ app: AppProcess; url: string }> => {
    const env = { PORT: '0', NATS_SERVERS: server.url, CHAT_NAME: name };
    const app = cleanup.add(new AppProcess('chat', env), (started) => started.stop());
    const url = await app.url();
    await waitFor(async () => (await fetch(`${url}/readyz`)).ok, { what: `${name} to be ready` });
    return { app, url };
  };
  // a name is free a moment after its bearer has left: the test before may have had it
  const enter = async (url: string, name: string, room = 'lobby'): Promise<ChatUser> => {
    let user: ChatUser | undefined;
    const knock = async (): Promise<boolean> => {
      user = await ChatUser.knock(url, name, room);
      await waitFor(() => user!.stream.events.length > 0, { what: 'an answer' });
      return user.refusals.length === 0;
    };
    await waitFor(knock, { what: () => `${name} to be let in: ${user?.refusals.join()}` });
    return visit.add(user!, (entered) => entered.leave());
  };
  const texts = (user: ChatUser) => user.heard.map(({ text }) => text);

  beforeAll(async () => {
    server = cleanup.add(await startNatsServer({ jetstream: false }), (started) => started.stop());
    foreign = cleanup.add(await connect({ servers: server.url }), (made) => made.close());
    [{ url: urlA }, { url: urlB }] = await Promise.all([start('chat-a'), start('chat-b')]);
  });

  afterEach(() => visit.run());
  afterAll(() => cleanup.run());

  it('S15: 3 users on 2 app instances all see each message once', async () => {
    const users = [await enter(urlA, 'ada'), await enter(urlA, 'bob'), await enter(urlB, 'cy')];
    const all: string[] = [];
    for (let round = 0; round < 5; round++) {
      for (const user of users) {
        const text = `${user.name} ${round}`;
        all.push(text);
        expect((await user.say(text)).status).toBe(200);
      }
    }
    for (const user of users) {
      await waitFor(() => user.heard.length >= all.length, { what: `${user.name} to hear all` });
      // in one order, for each waited until the server had the one before
      expect(texts(user)).toEqual(all);
      expect(user.heard.find(({ from }) => from === 'cy')!.via).toBe('chat-b');
    }
  });

  it('S14: a direct message reaches one user only', async () => {
    const ada = await enter(urlA, 'ada');
    const bob = await enter(urlB, 'bob');
    const others = [ada, await enter(urlA, 'cy'), await enter(urlB, 'dee')];
    expect(await ada.say('psst', 'bob')).toMatchObject({ status: 200, body: { via: 'chat-a' } });
    // what comes after it has come tells that it did not come to others
    await ada.say('hello all');
    for (const user of [bob, ...others]) {
      await waitFor(() => texts(user).includes('hello all'), { what: 'the next message' });
    }
    expect(bob.told).toEqual([expect.objectContaining({ from: 'ada', to: 'bob', text: 'psst' })]);
    for (const user of others) expect(user.told).toEqual([]);
    for (const user of [bob, ...others]) expect(texts(user)).toEqual(['hello all']);
  });

  it('says when a direct message reaches nobody', async () => {
    const ada = await enter(urlA, 'ada');
    expect(await ada.say('hello?', 'nobody')).toMatchObject({
      status: 404,
      body: { message: 'nobody is not here.' },
    });
    expect((await ada.say('hello me', 'ada')).status).toBe(400);
  });

  it('tells who is here, on all instances, and who has left', async () => {
    const ada = await enter(urlA, 'ada');
    const bob = await enter(urlB, 'bob');
    await enter(urlB, 'elsewhere', 'another room');
    for (const user of [ada, bob]) {
      await waitFor(() => user.people.length === 2, { what: () => user.people.join() });
      expect(user.people).toEqual(['ada chat-a', 'bob chat-b']);
    }
    await bob.leave();
    await waitFor(() => ada.people.length === 1, { what: 'bob to be gone' });
    // who is here is asked for, and who leaves says so himself: either may come first
    await waitFor(() => ada.stream.of('left').length > 0, { what: 'the word that bob has left' });
    expect(ada.stream.of('left')).toEqual([expect.objectContaining({ user: 'bob' })]);
  });

  it('keeps rooms apart', async () => {
    const ada = await enter(urlA, 'ada', 'red');
    const bob = await enter(urlB, 'bob', 'blue');
    await ada.say('in red');
    await bob.say('in blue');
    await waitFor(() => bob.heard.length > 0, { what: 'the message' });
    expect([texts(ada), texts(bob)]).toEqual([['in red'], ['in blue']]);
  });

  it.each(['>', '*', 'a.b', 'Tea & cake', 'café 🎈', ':room', '%2A'])(
    'takes %j for the name of a room and of a user, and nothing else',
    async (name) => {
      const [odd, same, other] = [
        await enter(urlA, name, name),
        await enter(urlB, 'same', name),
        await enter(urlB, 'other', 'x'),
      ];
      await other.say('in x');
      await same.say('in the odd room');
      await same.say('to the odd one', name);
      await waitFor(() => odd.told.length > 0 && other.heard.length > 0, { what: 'both' });
      expect(texts(odd)).toEqual(['in the odd room']);
      expect(texts(other)).toEqual(['in x']);
    },
  );

  it('lets a name in once, wherever, until its bearer has left', async () => {
    const ada = await enter(urlA, 'ada');
    for (const url of [urlA, urlB]) {
      const second = visit.add(await ChatUser.knock(url, ' ada ', 'red'), (user) => user.leave());
      await second.stream.ended;
      expect(second.refusals).toEqual(['ada is here already. Choose another name.']);
    }
    await ada.leave();
    const tryAgain = async (): Promise<boolean> => {
      const again = await ChatUser.knock(urlB, 'ada', 'lobby');
      await waitFor(() => again.stream.events.length > 0, { what: 'an answer' });
      await again.leave();
      return again.refusals.length === 0;
    };
    await waitFor(tryAgain, { what: 'the name to be free' });
  });

  it.each([
    ['', 'lobby', /^user: /],
    ['x'.repeat(33), 'lobby', /^user: /],
    ['ada', 'lob\u0000by', /^room: .*control/],
    ['\u202eada', 'lobby', /^user: .*invisible/],
  ])('refuses %j in %j', async (user, room, reason) => {
    const refused = await ChatUser.knock(urlA, user, room);
    await refused.stream.ended;
    expect(refused.refusals).toEqual([expect.stringMatching(reason)]);
  });

  it.each<[string, object, string, number]>([
    ['somebody who is not here', { session: 'guessed', text: 'a' }, 'application/json', 403],
    ['no text', { session: 'guessed', text: ' ' }, 'application/json', 400],
    ['too much text', { session: 'guessed', text: 'x'.repeat(2001) }, 'application/json', 400],
    ['another site', { session: 'guessed', text: 'a' }, 'text/plain', 415],
  ])('takes no message from %s', async (_, body, contentType, status) => {
    expect((await sayTo(urlA, body, contentType)).status).toBe(status);
  });

  it('slows down who says too much', async () => {
    const ada = await enter(urlA, 'ada');
    const statuses: number[] = [];
    for (let count = 0; count < 21; count++) statuses.push((await ada.say(`${count}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
  });

  it('outlives whatever somebody else publishes on its subjects', async () => {
    const ada = await enter(urlA, 'ada');
    const bytes = StringCodec();
    const long = 'x'.repeat(3000);
    for (const payload of [
      '',
      'no JSON',
      'null',
      '{"kind":"message"}',
      `{"kind":"x","a":"${long}"}`,
    ]) {
      foreign.publish('chat.room.lobby', bytes.encode(payload));
      foreign.publish('chat.user.ada', bytes.encode(payload));
      foreign.publish('chat.who', bytes.encode(payload), { reply: 'nobody.listens' });
    }
    await foreign.flush();
    await ada.say('still here');
    await waitFor(() => ada.heard.length > 0, { what: 'the message' });
    expect(texts(ada)).toEqual(['still here']);
    expect(ada.told).toEqual([]);
  });

  it('forgets who was on an instance that has died', async () => {
    const doomed = await start('chat-c');
    const ada = await enter(urlA, 'ada');
    const cy = await ChatUser.enter(doomed.url, 'cy');
    await waitFor(() => ada.people.length === 2, { what: 'cy' });
    await doomed.app.stop('SIGKILL');
    await waitFor(() => ada.people.length === 1, {
      timeoutMs: NOBODY_LOST_MS,
      what: 'cy to be gone',
    });
    await cy.stream.ended;
  });

  it('ends with 0 although people are in it, and tells the others that they have left', async () => {
    const ending = await start('chat-d');
    const ada = await enter(urlA, 'ada');
    const dee = await ChatUser.enter(ending.url, 'dee');
    expect(await ending.app.stop()).toBe(0);
    await dee.stream.ended;
    await waitFor(() => ada.stream.of('left').length > 0, { what: 'the others to be told' });
    expect(ada.stream.of('left')).toEqual([expect.objectContaining({ user: 'dee' })]);
  });

  it('says that NATS is away, and heals by itself', async () => {
    const ada = await enter(urlA, 'ada');
    const bob = await enter(urlB, 'bob');
    await server.kill();
    await waitFor(() => ada.nats === 'away', { what: 'the instance to notice' });
    expect((await ada.say('anybody?')).status).toBe(503);
    expect((await ada.say('anybody?', 'bob')).status).toBe(503);
    const late = await ChatUser.knock(urlA, 'late', 'lobby');
    await late.stream.ended;
    expect(late.refusals).toEqual(['NATS cannot be reached.']);
    await server.restart();
    await waitFor(() => ada.nats === 'connected' && bob.nats === 'connected', { what: 'NATS' });
    await waitFor(async () => (await ada.say('back', 'bob')).status === 200, { what: 'bob' });
    await ada.say('back');
    await waitFor(() => bob.heard.length > 0, { what: 'the message' });
    expect(bob.heard.at(-1)).toMatchObject({ text: 'back' });
  });
});
