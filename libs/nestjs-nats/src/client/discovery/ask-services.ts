import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { jsonCodec } from '../../codec/json.js';
import type { Requester } from '../../core/requester.js';
import { isNatsTransportError, NatsTransportError } from '../../errors/transport-error.js';
import { HEADER } from '../../message/header-table.js';
import { NO_VALUE } from '../../message/payload.js';
import type { ServiceIdentity } from '../../micro/service-answers.js';
import { AnswerCollector } from '../answer-collector.js';
import { OwnRequests } from '../own-requests.js';
import { PlainRequestFormat } from '../request-format.js';
import type { ReplyContent } from '../reply-reader.js';

/** Is how many answers are read to one question: a flood of them must not fill the memory. */
const MAX_ANSWERS = 10_000;

/** What services have answered. */
export interface ServiceAnswers<T> {
  /** In the order in which they came, each instance once. */
  readonly services: readonly T[];
  /** How many answers were none of a service, or not of the one that was asked, and are left out. */
  readonly invalid: number;
}

/** A question to services. */
export interface ServiceQuestion<T extends ServiceIdentity> {
  readonly subject: string;
  readonly maxWaitMs: number;
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the first answer that can be read is the only one there can be. */
  readonly single: boolean;
  /** Reads an answer; nothing when it is none to this question. */
  readonly read: (value: unknown) => T | undefined;
}

/**
 * Asks services, and collects what they answer.
 *
 * @returns nobody, when nobody subscribes
 * @throws NatsTransportError `CONNECTION_LOST`, and what {@link Requester.open} throws
 */
export function askServices<T extends ServiceIdentity>(
  requester: Requester,
  question: ServiceQuestion<T>,
): Promise<ServiceAnswers<T>> {
  const { subject, maxWaitMs, stallMs, signal, single } = question;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const services = new Map<string, T>();
    let invalid = 0;
    const end = (): void => {
      signal?.removeEventListener('abort', abort);
      resolve({ services: [...services.values()], invalid });
    };
    const fail = (error: unknown): void => {
      signal?.removeEventListener('abort', abort);
      reject(error);
    };
    const collector = new AnswerCollector(
      new OwnRequests(requester),
      {
        subject,
        data: undefined,
        payload: NO_VALUE.payload,
        headers: undefined,
        timeoutMs: maxWaitMs,
        format: new ServiceFormat(question.read),
        target: undefined,
      },
      { max: MAX_ANSWERS, stallMs, onError: () => void invalid++ },
      {
        value: (value) => {
          const service = value as T;
          if (services.has(service.id)) invalid++;
          else services.set(service.id, service);
          if (!single) return;
          collector.close();
          end();
        },
        done: end,
        fail: (error) => (isNatsTransportError(error, 'NO_RESPONDERS') ? end() : fail(error)),
      },
    );
    const abort = (): void => {
      collector.close();
      fail(signal?.reason);
    };
    signal?.addEventListener('abort', abort);
  });
}

/** Reads answers of services, which are JSON whatever their headers say. */
class ServiceFormat extends PlainRequestFormat {
  constructor(private readonly readValue: (value: unknown) => unknown) {
    super(jsonCodec);
  }

  override reader(subject: string) {
    return {
      read: ({ data }: Msg, headers: MsgHdrs | undefined): ReplyContent => {
        const isError = headers?.has(HEADER.serviceErrorCode) === true;
        const value = isError ? undefined : this.readValue(jsonCodec.decode(data, subject));
        if (value !== undefined) return { value, hasValue: true, last: true };
        throw new NatsTransportError('DECODE_FAILED', 'The answer is not one of a service.');
      },
    };
  }
}
