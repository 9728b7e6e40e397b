import { headers } from '@nats-io/transport-node';
import { HEADER } from 'nestjs-nats';
import type {
  DeadMessage,
  Death,
} from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-message.js';
import {
  deadLetterSubject,
  resolveDeadLetters,
} from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-options.js';
import { DeadLetterPublisher } from '../../libs/nestjs-nats/src/jetstream/dead-letter/dead-letter-publisher.js';
import { connected } from './js-stage.js';
import type { NatsBench } from './nats-bench.js';
import type { WireTap } from './wire-tap.js';

/**
 * Publishes a dead letter and plays the stream that takes it.
 *
 * @param wire taps the subjects of dead letters
 * @param inbox stands in the result for the inbox of the publisher
 * @returns the bytes of the dead letter
 */
export async function publishDeadLetter(
  bench: NatsBench,
  wire: WireTap,
  inbox: string,
): Promise<string> {
  const publisher = new DeadLetterPublisher(await connected(bench), {
    timeoutMs: 5_000,
    report: ({ error }) => {
      throw error;
    },
  });
  const dead = deadMessage();
  const options = resolveDeadLetters();
  const subject = deadLetterSubject(options, dead.stream, dead.consumer);
  const published = publisher.publish(dead, deathOf(dead), subject);
  const bytes = await wire.asSent(1);
  const { reply } = wire.messages[0]!;
  const ack = JSON.stringify({ stream: options.stream, seq: 1 });
  wire.send(`PUB ${reply} ${ack.length}\r\n${ack}\r\n`);
  await published;
  return bytes.replace(reply, inbox);
}

function deadMessage(): DeadMessage {
  const original = headers();
  original.set('Tenant', 'acme');
  original.set(HEADER.msgId, 'order-7');
  return {
    subject: 'orders.created',
    payload: Buffer.from('{"id":7}'),
    headers: original,
    stream: 'ORDERS',
    sequence: 120,
    consumer: 'billing',
    storedAtMs: Date.UTC(2026, 10, 24, 9),
  };
}

function deathOf({ storedAtMs }: DeadMessage): Death {
  const refused = new Error('connect ECONNREFUSED 10.0.0.7:5432');
  return {
    reason: 'attempts',
    error: Object.assign(refused, { code: 'ECONNREFUSED' }),
    attempts: 5,
    firstFailureMs: storedAtMs + 1_000,
    lastFailureMs: storedAtMs + 4_000,
  };
}
