import type { Msg } from '@nats-io/transport-node';
import { type NatsClient, type NatsClientOptions, NatsSharedConnection } from 'nestjs-nats';
import { lastValueFrom, type Observable, toArray } from 'rxjs';
import type { Gate } from './gate.js';
import type { NatsBench } from './nats-bench.js';
import { pendingRequests } from './pending-requests.js';

/** A client, and a responder that answers each request with the same texts. */
export interface TextStage {
  readonly client: NatsClient;
  /** The requests and events that have come to the responder. */
  readonly received: Msg[];
  /** Resolves when everything that was sent before has been received. */
  readonly settled: () => Promise<void>;
  /** How many requests of the client wait for an answer. */
  readonly pending: () => number;
}

/** Options of a client, but those of its connection. */
export type OwnClientOptions = Omit<NatsClientOptions, 'connection' | 'servers'>;

/** Sets up a responder on a subject, and a client that is connected. */
export async function textStage(
  bench: NatsBench,
  subject: string,
  answers: readonly string[],
  options: OwnClientOptions,
): Promise<TextStage> {
  const peer = await bench.peer();
  const received: Msg[] = [];
  peer.subscribe(subject, {
    callback: (_, message) => {
      received.push(message);
      for (const text of answers) message.respond(text);
    },
  });
  await peer.flush();
  const connection = new NatsSharedConnection({ servers: bench.server.url, reconnectTimeWait: 20 });
  const client = bench.client({ ...options, connection });
  await client.connect();
  return {
    client,
    received,
    settled: async () => {
      await client.unwrap().flush();
      await peer.flush();
    },
    pending: () => pendingRequests(connection),
  };
}

/** Never comes. */
export const never = (): Promise<never> => new Promise(() => undefined);

/**
 * Makes a deserializer of texts, which are the values: "stuck" is never read, "held" when `held` is
 * opened, and "end" is the end of a stream.
 */
export function textDeserializer(held?: Gate): NonNullable<NatsClientOptions['deserializer']> {
  return {
    deserialize: async (message: unknown): Promise<unknown> => {
      const text = (message as Msg).string();
      if (text === 'stuck') await never();
      if (text === 'held') await held?.wait();
      return text === 'end' ? { isDisposed: true } : { response: text };
    },
  };
}

/** Gives all values of an Observable. */
export function all<T>(source: Observable<T>): Promise<T[]> {
  return lastValueFrom(source.pipe(toArray()));
}
