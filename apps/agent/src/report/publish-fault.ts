import { PayloadTooLargeException, ServiceUnavailableException } from '@nestjs/common';
import { isNatsTransportError } from 'nestjs-nats';

/** What a caller over HTTP is told when NATS did not take a report. */
export function publishFault(error: unknown): unknown {
  if (!isNatsTransportError(error)) return error;
  const cause = { cause: error };
  switch (error.code) {
    case 'PAYLOAD_TOO_LARGE':
      return new PayloadTooLargeException('The report is larger than NATS accepts.', cause);
    case 'TIMEOUT':
    case 'CONNECTION_LOST':
      // the stream may have it: only the caller can decide whether twice is worse than never
      return new ServiceUnavailableException(
        'NATS did not confirm the report in time: it may or may not be stored.',
        cause,
      );
    case 'NOT_CONNECTED':
    case 'CONNECTION_FAILED':
    case 'CLOSED':
    case 'UNAVAILABLE':
    case 'PERMISSION_DENIED':
      return new ServiceUnavailableException(
        'NATS is not available: the report was not taken. Try again later.',
        cause,
      );
    case 'STREAM_FULL':
      return new ServiceUnavailableException(
        'NATS holds as many reports as it may: the report was not taken. Try again later.',
        cause,
      );
    case 'CONFLICT':
    case 'JETSTREAM_DISABLED':
    case 'JETSTREAM_REFUSED':
    case 'SERVER_TOO_OLD':
    case 'STREAM_MISMATCH':
    case 'STREAM_NOT_FOUND':
      // for whoever runs NATS to mend; the log says how
      return new ServiceUnavailableException(
        'NATS is not set up to store reports: the report was not taken. Try again later.',
        cause,
      );
    default:
      return error;
  }
}
