import { isNatsTransportError } from 'nestjs-nats';
import { BootError } from './boot-error.js';

interface ListenError extends Error {
  code: string;
  address?: string;
  port?: number;
}

/**
 * Says why an app did not start, in words for the person who started it. Only what nobody foresaw
 * comes with a stack.
 *
 * @param app what the app is called in a sentence
 * @param portVariable the variable that sets its port
 */
export function explainBootError(app: string, error: unknown, portVariable = 'PORT'): string {
  return `The ${app} cannot start: ${reasonOf(error, portVariable)}`;
}

function reasonOf(error: unknown, portVariable: string): string {
  if (error instanceof BootError || isNatsTransportError(error)) return error.message;
  if (isListenError(error)) return listenFault(error, portVariable);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isListenError(error: unknown): error is ListenError {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function listenFault({ code, address, port, message }: ListenError, portVariable: string): string {
  const place = `port ${port} on ${address}`;
  if (code === 'EADDRINUSE') {
    return `${place} is taken. Stop the program that listens there, or set ${portVariable} to another one (0: any).`;
  }
  if (code === 'EACCES') return `${place} needs privileges. Set ${portVariable} to one above 1023.`;
  return `it cannot listen on ${place} (${message}). Check HOST and ${portVariable}.`;
}
