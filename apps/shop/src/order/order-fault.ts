import { BadGatewayException, ServiceUnavailableException } from '@nestjs/common';
import { isNatsTransportError, isRemoteError } from 'nestjs-nats';

/** What a customer is told when a step of an order failed. The order is gone by then. */
export function stepFault(step: string, error: unknown): unknown {
  const cause = { cause: error };
  const gone = 'The order was not taken.';
  if (isRemoteError(error)) {
    return error.code === 'UNAVAILABLE'
      ? new ServiceUnavailableException(`The ${step} service is overloaded. ${gone}`, cause)
      : new BadGatewayException(`The ${step} service failed. ${gone}`, cause);
  }
  if (!isNatsTransportError(error)) return error;
  switch (error.code) {
    case 'NO_RESPONDERS':
      return new ServiceUnavailableException(`The ${step} service is not there. ${gone}`, cause);
    case 'TIMEOUT':
      return new ServiceUnavailableException(
        `The ${step} service did not answer in time. ${gone}`,
        cause,
      );
    default:
      return new ServiceUnavailableException(`NATS is not available. ${gone}`, cause);
  }
}

/** Tells whether an event may be in the stream although publishing it failed. */
export function mayBeStored(error: unknown): boolean {
  return isNatsTransportError(error, 'TIMEOUT') || isNatsTransportError(error, 'CONNECTION_LOST');
}

/** What a customer is told when the stream did not take an order. */
export function announceFault(error: unknown, orderId: string): unknown {
  if (!isNatsTransportError(error)) return error;
  const cause = { cause: error };
  if (mayBeStored(error)) {
    return new ServiceUnavailableException(
      `NATS did not confirm the order in time. It is kept as ${orderId} and goes on when NATS is back: do not place it again.`,
      cause,
    );
  }
  return error.code === 'STREAM_FULL'
    ? new ServiceUnavailableException('Too many orders wait. The order was not taken.', cause)
    : new ServiceUnavailableException('NATS is not available. The order was not taken.', cause);
}
