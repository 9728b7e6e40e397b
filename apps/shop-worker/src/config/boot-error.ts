import { ConfigurationError } from 'app-kit/config/environment';
import { isNatsTransportError } from 'nestjs-nats';
import { DatabaseError } from '../database/open-database.js';

interface ListenError extends Error {
  code: string;
  address?: string;
  port?: number;
}

/**
 * Says why an app did not start, in words for the person who started it. Only what nobody foresaw
 * comes with a stack.
 */
export function explainBootError(app: string, error: unknown): string {
  if (error instanceof ConfigurationError) return error.message;
  return `The ${app} cannot start: ${reasonOf(error)}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError || isNatsTransportError(error)) return error.message;
  if (isListenError(error)) return listenFault(error);
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isListenError(error: unknown): error is ListenError {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function listenFault({ code, address, port, message }: ListenError): string {
  const place = `port ${port} on ${address}`;
  if (code === 'EADDRINUSE') {
    return `${place} is taken. Stop the program that listens there, or set PORT to another one (0: any).`;
  }
  if (code === 'EACCES') return `${place} needs privileges. Set PORT to one above 1023.`;
  return `it cannot listen on ${place} (${message}). Check HOST and PORT.`;
}
