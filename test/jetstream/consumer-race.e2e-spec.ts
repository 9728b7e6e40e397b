import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureConsumer } from '../../libs/nestjs-nats/src/jetstream/consumer/provision-consumer.js';
import { spec } from '../support/consumer-spec.js';
import { jetStreamApi } from '../support/jetstream-api.js';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';

const STREAM = { config: { subjects: ['orders.>'], retention: 'limits' }, state: { last_seq: 0 } };
const MISSING = { error: { code: 404, err_code: 10_014, description: 'consumer not found' } };

/** A race is not to be had of a real server at will: this plays one that has lost it. */
describe('a consumer that another process makes at the same moment', () => {
  const bench = new NatsBench();
  beforeAll(() => bench.start());
  afterEach(() => bench.clear());
  afterAll(() => bench.stop());

  /** Plays a server that refuses to create; tells how often it was asked to. */
  async function refusing(apiCode: number, appears: boolean): Promise<() => number> {
    const { config } = spec();
    const peer = await bench.peer();
    let asked = 0;
    peer.subscribe('$JS.API.>', {
      callback: (_, message) => {
        const [operation] = /STREAM\.INFO|CONSUMER\.INFO|CONSUMER\.CREATE/.exec(message.subject)!;
        const answer = {
          'STREAM.INFO': () => STREAM,
          'CONSUMER.INFO': () => (appears && asked > 0 ? { config } : MISSING),
          'CONSUMER.CREATE': () => {
            asked++;
            return { error: { code: 400, err_code: apiCode, description: 'name in use' } };
          },
        }[operation as 'STREAM.INFO'];
        message.respond(JSON.stringify(answer()));
      },
    });
    await peer.flush();
    return () => asked;
  }

  it.each([10_148, 10_013])('is taken as it is when the server says %i', async (apiCode) => {
    const asked = await refusing(apiCode, true);
    const api = await jetStreamApi(bench);
    expect(await ensureConsumer(api, spec(), 'create')).toMatchObject({ action: 'keep' });
    expect(asked()).toBe(1);
  });

  it.each([10_148, 10_013])('is given up when nobody ever sees it, after %i', async (apiCode) => {
    const asked = await refusing(apiCode, false);
    const api = await jetStreamApi(bench);
    expect(await rejection(ensureConsumer(api, spec(), 'create'))).toMatchObject({
      code: 'CONSUMER_MISMATCH',
      details: { apiCode },
    });
    expect(asked()).toBe(3);
  });
});
