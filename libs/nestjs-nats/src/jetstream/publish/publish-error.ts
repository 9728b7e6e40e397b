import { quote } from '../../errors/quote.js';
import { NatsTransportError } from '../../errors/transport-error.js';
import { type ApiErrorBody, apiError } from '../api/api-error.js';

/** What to do about some refusals that the server's sentence does not tell. */
const ADVICE: Readonly<Record<number, string>> = {
  10_166: 'Set allow_msg_ttl on the stream.',
  10_174: 'Set allow_atomic on the stream.',
  10_188: 'Set allow_msg_schedules on the stream.',
  10_190: 'The stream must take the subject of the message as well as that of the schedule.',
};

/**
 * Makes an error of a stream's refusal: nothing was stored.
 *
 * `details.lastSequence` is what the stream has where another sequence was expected.
 */
export function publishRefusal(
  subject: string,
  stream: string,
  body: ApiErrorBody,
): NatsTransportError {
  const { err_code: apiCode = 0, description = '' } = body;
  const [, last] = /^wrong last sequence: (\d+)$/.exec(description) ?? [];
  const error = apiError(`Cannot store the message on ${quote(subject)}`, body, {
    subject,
    stream,
    ...(last !== undefined && { lastSequence: Number(last) }),
  });
  const advice = ADVICE[apiCode];
  if (advice === undefined) return error;
  const { code, message, details } = error;
  return new NatsTransportError(code, `${message} ${advice}`, { details });
}

/**
 * Says that nobody knows whether a stream has a message.
 *
 * @param lost why the acknowledgement did not come: `TIMEOUT` or `CONNECTION_LOST`
 * @param last how it ended, when sending again has failed otherwise
 */
export function acknowledgementLost(
  subject: string,
  stream: string,
  lost: NatsTransportError,
  last: unknown,
): NatsTransportError {
  return new NatsTransportError(
    lost.code,
    `The stream "${stream}" did not acknowledge the message on ${quote(subject)}: ${reason(lost)}. ` +
      'It may or may not be stored; with a msgId it can be sent again without harm.',
    { cause: last, details: { ...lost.details, subject, stream } },
  );
}

/** Says that nobody knows whether a stream has a batch. */
export function batchAcknowledgementLost(
  stream: string,
  size: number,
  lost: NatsTransportError,
): NatsTransportError {
  return new NatsTransportError(
    lost.code,
    `The stream "${stream}" did not acknowledge the batch of ${size} messages: ${reason(lost)}. ` +
      'All of it may be stored, or nothing; with msgIds it can be sent again without harm.',
    { cause: lost, details: { ...lost.details, stream } },
  );
}

function reason({ code, details }: NatsTransportError): string {
  return code === 'TIMEOUT'
    ? `not within ${Number(details['timeoutMs'])} ms`
    : 'the connection broke meanwhile';
}
