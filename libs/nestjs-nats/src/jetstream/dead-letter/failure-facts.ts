import { errorReply } from '../../message/error-reply.js';

/** What a dead letter tells of an error. */
export interface FailureFacts {
  /** A word for programs. */
  readonly code: string;
  /** A line for people, never a stack. */
  readonly message: string;
}

/** Is how much of a message is told. */
const MAX_MESSAGE_LENGTH = 512;
const MAX_CODE_LENGTH = 64;
// eslint-disable-next-line no-control-regex
const GAPS = /[\s\u0000-\u001f\u007f]+/gu;

/**
 * Says in two short lines what went wrong: the error's own code, or the one it would be answered
 * with, or the name of its class.
 */
export function failureFacts(failure: unknown): FailureFacts {
  const { body } = errorReply(failure);
  const own = attempt(() => ownCode(failure));
  const code = own ?? (body.code === 'INTERNAL' ? attempt(() => className(failure)) : body.code);
  const message = attempt(() => ownMessage(failure)) ?? body.message;
  return {
    code: line(code ?? body.code, MAX_CODE_LENGTH),
    message: line(message, MAX_MESSAGE_LENGTH),
  };
}

function ownCode(failure: unknown): string | undefined {
  const { code } = Object(failure) as { code?: unknown };
  return typeof code === 'string' && code !== '' ? code : undefined;
}

function className(failure: unknown): string | undefined {
  return failure instanceof Error ? failure.name : undefined;
}

function ownMessage(failure: unknown): string | undefined {
  if (typeof failure === 'string') return failure;
  const { message } = Object(failure) as { message?: unknown };
  return typeof message === 'string' && message !== '' ? message : undefined;
}

/** What is thrown may itself throw when it is looked at. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** A header's value ends at a line break. */
function line(text: string, length: number): string {
  return text
    .slice(0, 2 * length)
    .replaceAll(GAPS, ' ')
    .trim()
    .slice(0, length);
}
