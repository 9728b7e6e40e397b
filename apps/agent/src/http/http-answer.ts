import { HttpException } from '@nestjs/common';

/** What every answer of the agent looks like. `code` is 0 on success, else the HTTP status. */
export interface HttpAnswer {
  code: number;
  msg: string;
}

/** The answer to a report that is stored. */
export const SUCCESS: HttpAnswer = { code: 0, msg: 'success' };

/** What the body parser calls the faults of a body, and what the agent says instead. */
const BODY_FAULTS: Record<string, string> = {
  'entity.parse.failed': 'The body is not JSON.',
  'entity.too.large': 'The body is larger than this server accepts.',
  'encoding.unsupported': 'The content encoding is not supported: send gzip, deflate, br or none.',
  'charset.unsupported': 'The charset is not supported: send UTF-8.',
};

/** What an HTTP exception becomes; several messages are joined into one. */
export function answerOf(exception: HttpException): HttpAnswer {
  return { code: exception.getStatus(), msg: bodyFault(exception.cause) ?? messageOf(exception) };
}

/** Nest keeps the body parser's own error as the cause of the exception it makes of it. */
function bodyFault(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('type' in cause)) return undefined;
  return typeof cause.type === 'string' ? BODY_FAULTS[cause.type] : undefined;
}

function messageOf(exception: HttpException): string {
  const response = exception.getResponse();
  if (typeof response === 'string') return response;
  const { message } = response as { message?: string | string[] };
  return Array.isArray(message) ? message.join('; ') : (message ?? exception.message);
}
