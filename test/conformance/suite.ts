import { describe, expect, it } from '@jest/globals';
import { gate } from '../support/gate.js';
import { ascending, oneTo } from '../support/pull-stage.js';
import { waitFor } from '../support/wait-for.js';
import type { Driver, NotPromised, Publisher, Received } from './driver.js';

type Check = (driver: Driver) => Promise<void>;

const MANY = 100;
const GROUP = { group: 'group' };

async function publishAll(publisher: Publisher, topic: string, payloads: number[]): Promise<void> {
  for (const payload of payloads) await publisher.publish(topic, payload);
}

/** Collects payloads, and waits for so many of them. */
class Inbox {
  readonly payloads: number[] = [];
  readonly take = ({ payload }: Received): void => void this.payloads.push(payload);

  until(count: number, timeoutMs?: number): Promise<void> {
    return waitFor(() => new Set(this.payloads).size >= count, {
      ...(timeoutMs && { timeoutMs }),
      what: () => `${count} messages; these came: ${this.payloads.join(', ')}`,
    });
  }

  get distinct(): number[] {
    return ascending([...new Set(this.payloads)]);
  }
}

/** What is expected of whatever carries messages from publishers to handlers. */
const CHECKS: Readonly<Record<string, Check>> = {
  'publish and subscribe': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    await driver.subscribe(topic, inbox.take, GROUP);
    await publishAll(driver.publisher(), topic, oneTo(MANY));
    await inbox.until(MANY);
    expect(ascending(inbox.payloads)).toEqual(oneTo(MANY));
  },

  'concurrent subscribers of a group': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    await Promise.all(oneTo(5).map(() => driver.subscribe(topic, inbox.take, GROUP)));
    await publishAll(driver.publisher(), topic, oneTo(MANY));
    await inbox.until(MANY);
    expect(ascending(inbox.payloads)).toEqual(oneTo(MANY));
  },

  'several topics at a time': async (driver) => {
    const publisher = driver.publisher();
    await Promise.all(
      oneTo(8).map(async () => {
        const topic = await driver.topic();
        const inbox = new Inbox();
        await driver.subscribe(topic, inbox.take, GROUP);
        await publishAll(publisher, topic, oneTo(20));
        await inbox.until(20);
        expect(ascending(inbox.payloads)).toEqual(oneTo(20));
      }),
    );
  },

  'resend on error': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    const failed = new Set<number>();
    await driver.subscribe(
      topic,
      (message) => {
        if (!failed.has(message.payload)) {
          failed.add(message.payload);
          throw new Error('the first time never works');
        }
        inbox.take(message);
      },
      GROUP,
    );
    await publishAll(driver.publisher(), topic, oneTo(10));
    await inbox.until(10);
    expect(ascending(inbox.payloads)).toEqual(oneTo(10));
  },

  'no acknowledgement while a handler runs': async (driver) => {
    const topic = await driver.topic();
    const held = gate();
    const inbox = new Inbox();
    const options = { ...GROUP, concurrency: 2 };
    await driver.subscribe(
      topic,
      (message) => {
        inbox.take(message);
        return held.wait();
      },
      options,
    );
    await publishAll(driver.publisher(), topic, oneTo(6));
    await inbox.until(2);
    expect(await driver.unsettled(topic, options.group)).toBe(2);
    // a round trip of the server later it is still no more than may run
    expect(inbox.payloads).toHaveLength(2);
    held.open();
    await inbox.until(6);
    await waitFor(async () => (await driver.unsettled(topic, options.group)) === 0, {
      what: 'the acknowledgements',
    });
  },

  'another subscriber continues when one is closed': async (driver) => {
    const topic = await driver.topic();
    const publisher = driver.publisher();
    const inbox = new Inbox();
    const first = await driver.subscribe(topic, inbox.take, GROUP);
    await publishAll(publisher, topic, oneTo(20));
    await inbox.until(20);
    await first.close();
    await driver.subscribe(topic, inbox.take, GROUP);
    await publishAll(
      publisher,
      topic,
      oneTo(20).map((n) => n + 20),
    );
    await inbox.until(40);
    expect(ascending(inbox.payloads)).toEqual(oneTo(40));
  },

  'concurrent close': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    const subscriptions = await Promise.all(
      oneTo(5).map(() => driver.subscribe(topic, inbox.take, GROUP)),
    );
    const publishing = publishAll(driver.publisher(), topic, oneTo(MANY));
    await inbox.until(10);
    await Promise.all(subscriptions.flatMap((one) => [one.close(), one.close()]));
    const came = inbox.payloads.length;
    await publishing;
    await driver.subscribe(topic, inbox.take, GROUP);
    await driver.publisher().publish(topic, MANY + 1);
    await waitFor(() => inbox.payloads.includes(MANY + 1), { what: 'the next message' });
    expect(inbox.payloads.length).toBeGreaterThan(came);
    // nothing is lost that waits for a handler: what was taken was handled or given back
    if (driver.keepsMessages) await inbox.until(MANY + 1);
    // nothing twice
    expect(inbox.distinct).toHaveLength(inbox.payloads.length);
  },

  'continues after errors': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    await driver.subscribe(
      topic,
      (message) => {
        if (message.payload <= 20) throw new Error('always');
        inbox.take(message);
      },
      GROUP,
    );
    await publishAll(driver.publisher(), topic, oneTo(40));
    await inbox.until(20);
    expect(ascending(inbox.payloads)).toEqual(oneTo(20).map((n) => n + 20));
  },

  'publish and subscribe in order': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    await driver.subscribe(
      topic,
      async (message) => {
        await new Promise((resolve) => setImmediate(resolve));
        inbox.take(message);
      },
      { ...GROUP, concurrency: 1 },
    );
    await publishAll(driver.publisher(), topic, oneTo(MANY));
    await inbox.until(MANY);
    expect(inbox.payloads).toEqual(oneTo(MANY));
  },

  'publisher close': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    await driver.subscribe(topic, inbox.take, GROUP);
    const publisher = driver.publisher();
    await publisher.publish(topic, 1);
    const publishing = oneTo(MANY).map((n) => publisher.publish(topic, n + 1));
    await publisher.close();
    // what was begun is brought to its end, and has come to the server
    await Promise.all(publishing);
    await inbox.until(MANY + 1);
    expect(ascending(inbox.payloads)).toEqual(oneTo(MANY + 1));
  },

  'a message goes to its topic only': async (driver) => {
    const topics = [await driver.topic(), await driver.topic()] as const;
    const inboxes = [new Inbox(), new Inbox()] as const;
    const publisher = driver.publisher();
    for (const i of [0, 1] as const) await driver.subscribe(topics[i], inboxes[i].take, GROUP);
    await publishAll(publisher, topics[0], oneTo(20));
    await publishAll(publisher, topics[1], [100]);
    await inboxes[0].until(20);
    await inboxes[1].until(1);
    expect(inboxes.map(({ payloads }) => ascending(payloads))).toEqual([oneTo(20), [100]]);
  },

  'message context': async (driver) => {
    const topic = await driver.topic();
    const contexts: Received['context'][] = [];
    await driver.subscribe(topic, ({ context }) => void contexts.push(context), GROUP);
    await publishAll(driver.publisher(), topic, [1, 2]);
    await waitFor(() => contexts.length === 2, { what: 'two messages' });
    // each message has its own, which lasts no longer than the handler and is not cut short by others
    expect(new Set(contexts).size).toBe(2);
    for (const context of contexts) {
      expect(context.subject).toBe(topic);
      expect(context.signal.aborted).toBe(false);
    }
  },

  'subscribe context: nothing comes after the end': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    const publisher = driver.publisher();
    const ending = await driver.subscribe(topic, inbox.take, { group: 'ending' });
    const staying = new Inbox();
    await driver.subscribe(topic, staying.take, { group: 'staying' });
    await publishAll(publisher, topic, oneTo(5));
    await inbox.until(5);
    await ending.close();
    await publishAll(
      publisher,
      topic,
      oneTo(20).map((n) => n + 5),
    );
    await staying.until(25);
    expect(ascending(inbox.payloads)).toEqual(oneTo(5));
  },

  reconnect: async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    await driver.subscribe(topic, inbox.take, GROUP);
    await publishAll(driver.publisher(), topic, oneTo(20));
    await inbox.until(20);
    await driver.restartServer();
    await publishUntilStored(driver.publisher(), topic, 21);
    await inbox.until(21);
    expect(inbox.distinct).toEqual(oneTo(21));
  },

  'a new subscriber gets old messages': async (driver) => {
    const topic = await driver.topic();
    const inbox = new Inbox();
    await publishAll(driver.publisher(), topic, oneTo(20));
    await driver.subscribe(topic, inbox.take, GROUP);
    await inbox.until(20);
    expect(ascending(inbox.payloads)).toEqual(oneTo(20));
  },

  'consumer groups': async (driver) => {
    const topic = await driver.topic();
    const groups = { one: new Inbox(), two: new Inbox() };
    for (const [group, inbox] of Object.entries(groups)) {
      for (let member = 0; member < 2; member++)
        await driver.subscribe(topic, inbox.take, { group });
    }
    await publishAll(driver.publisher(), topic, oneTo(MANY));
    for (const inbox of Object.values(groups)) {
      await inbox.until(MANY);
      expect(ascending(inbox.payloads)).toEqual(oneTo(MANY));
    }
  },
};

/** A server that has just come back may refuse the first ones. */
async function publishUntilStored(
  publisher: Publisher,
  topic: string,
  payload: number,
): Promise<void> {
  await waitFor(
    () =>
      publisher.publish(topic, payload).then(
        () => true,
        () => false,
      ),
    { what: 'the server to take a message' },
  );
}

/** Runs every check whose promise a driver makes; it has to account for the others. */
export function conforms(driver: Driver, notPromised: NotPromised = {}): void {
  const names = Object.keys(CHECKS);
  const promised = names.filter((name) => !(name in notPromised));

  describe('conformance', () => {
    it('is about sixteen promises: those that are made, and those that are known not to be', () => {
      expect(names).toHaveLength(16);
      expect([...promised, ...Object.keys(notPromised)].toSorted()).toEqual(names.toSorted());
    });

    it.each(promised)('%s', (name) => CHECKS[name]!(driver));
  });
}
