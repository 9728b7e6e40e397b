import { HttpException, HttpStatus, ServiceUnavailableException } from '@nestjs/common';
import { isNatsTransportError } from 'nestjs-nats';

/** What a buyer is told whose purchase the stream did not take. */
export function refusal(error: unknown): unknown {
  if (!isNatsTransportError(error)) return error;
  const cause = { cause: error };
  switch (error.code) {
    case 'STREAM_FULL':
      return new HttpException(
        'Too many are waiting already. You were not put in the queue: try again in a moment.',
        HttpStatus.TOO_MANY_REQUESTS,
        cause,
      );
    case 'TIMEOUT':
    case 'CONNECTION_LOST':
      return new ServiceUnavailableException(
        'The queue did not answer in time. Try again: nobody gets two.',
        cause,
      );
    default:
      return new ServiceUnavailableException(
        'The queue is not available. You were not put in it: try again in a moment.',
        cause,
      );
  }
}
