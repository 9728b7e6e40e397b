import type { Msg } from '@nats-io/transport-node';
import type { SharedConnection } from '../../connection/shared-connection.js';
import { firstReply } from '../../core/first-reply.js';
import { repeatedQuestion } from '../../core/repeated-question.js';
import { type Requester, requesterOf } from '../../core/requester.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { type ApiErrorBody, apiError } from './api-error.js';
import { DEFAULT_API_PREFIX, type ResolvedJetStreamOptions } from './js-options.js';
import type { ServerVersion } from './server-features.js';

/** Asks the server for what JetStream does: an operation with a body, answered with a body. */
export class JetStreamApi {
  private readonly requester: Requester;

  constructor(
    private readonly shared: SharedConnection,
    readonly options: ResolvedJetStreamOptions,
  ) {
    this.requester = requesterOf(shared);
  }

  /**
   * The version of the server that answers, or nothing when it is not known: before a connection is
   * made, and in another domain, whose servers may be of another version.
   */
  get server(): ServerVersion | undefined {
    return this.options.apiPrefix === DEFAULT_API_PREFIX ? this.shared.current?.info : undefined;
  }

  /**
   * Asks for an operation. It is sent once, as a second one may do something else than the first.
   *
   * @param operation the subject after the prefix: `STREAM.INFO.ORDERS`
   * @param what says what cannot be done if it fails: `Cannot read the stream "ORDERS"`
   * @throws NatsTransportError `JETSTREAM_DISABLED` when nobody answers, what the server's error
   * number stands for, `TIMEOUT`, `CONNECTION_LOST`, `NOT_CONNECTED`, `PERMISSION_DENIED`
   */
  async request<T>(operation: string, body: object | undefined, what: string): Promise<T> {
    const message = await this.send(firstReply, operation, body, what);
    return read<T>(message, operation, what);
  }

  /** Asks for an operation that changes nothing: again and again while nobody answers. Else as {@link request}. */
  async read<T>(operation: string, body: object | undefined, what: string): Promise<T> {
    const message = await this.send(repeatedQuestion, operation, body, what);
    return read<T>(message, operation, what);
  }

  /** Reads as {@link read}, and gives the answer as it comes: direct gets answer with a message. */
  ask(operation: string, body: object | undefined, what: string): Promise<Msg> {
    return this.send(repeatedQuestion, operation, body, what);
  }

  private async send(
    how: typeof firstReply,
    operation: string,
    body: object | undefined,
    what: string,
  ): Promise<Msg> {
    const { apiPrefix, apiTimeoutMs } = this.options;
    try {
      return await how(this.requester, {
        subject: `${apiPrefix}.${operation}`,
        payload: body === undefined ? EMPTY : Buffer.from(JSON.stringify(body)),
        headers: undefined,
        timeoutMs: apiTimeoutMs,
      });
    } catch (cause) {
      if (!isNatsTransportError(cause)) throw cause;
      throw explained(cause, what, operation);
    }
  }
}

const EMPTY = new Uint8Array(0);

function read<T>(message: Msg, operation: string, what: string): T {
  const answer = parse(message.data, what) as { error?: ApiErrorBody };
  if (answer.error !== undefined) throw apiError(what, answer.error, { operation });
  return answer as T;
}

function parse(data: Uint8Array, what: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw new NatsTransportError('DECODE_FAILED', `${what}: the answer is no JSON.`, { cause });
  }
  throw new NatsTransportError('DECODE_FAILED', `${what}: the answer is no object.`);
}

function explained(cause: NatsTransportError, what: string, operation: string): NatsTransportError {
  const details = { ...cause.details, operation };
  if (cause.code === 'NO_RESPONDERS') {
    const message = `${what}: JetStream does not answer. Is it enabled on the server and for the account?`;
    return new NatsTransportError('JETSTREAM_DISABLED', message, { cause, details });
  }
  return new NatsTransportError(cause.code, `${what}: ${cause.message}`, { cause, details });
}
