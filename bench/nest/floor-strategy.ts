import { connect, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';

/** Calls what Nest makes of a handler, and is over when all that follows from it is. */
export type Call = (data: unknown) => Promise<unknown>;

/**
 * Is the least that a transport can be whose handlers are Nest's: the client's callback parses the
 * payload and calls the handler. There is no account of what is under way, no bound, no context, no error path.
 */
export class FloorStrategy extends Server implements CustomTransportStrategy {
  private connection: NatsConnection | undefined;

  constructor(
    private readonly url: string,
    /** Hands messages to a handler; without it, a plain subscription does. */
    private readonly deliver: (
      connection: NatsConnection,
      subject: string,
      call: Call,
    ) => Promise<void> | void = subscribe,
  ) {
    super();
  }

  listen(done: (error?: unknown) => void): void {
    this.open().then(() => done(), done);
  }

  close(): Promise<void> | undefined {
    return this.connection?.drain();
  }

  on(): void {
    throw new Error('There are no events to listen to.');
  }

  unwrap<T>(): T {
    return this.connection as T;
  }

  private async open(): Promise<void> {
    const connection = (this.connection = await connect({ servers: this.url }));
    for (const [pattern, handler] of this.messageHandlers)
      await this.deliver(connection, pattern, callOf(handler));
    await connection.flush();
  }
}

function callOf(handler: MessageHandler): Call {
  return async (data) => {
    const result: unknown = await handler(data);
    return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
  };
}

function subscribe(connection: NatsConnection, subject: string, call: Call): void {
  const callback = (error: Error | null, message: Msg): void => {
    if (error) throw error;
    const result = call(message.json());
    if (message.reply) void result.then((value) => message.respond(JSON.stringify(value)));
  };
  connection.subscribe(subject, { callback });
}
