import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { type Observable, throwError } from 'rxjs';
import { isNatsMessageContext } from '../message/context.js';

/**
 * Lets the strategy see what a handler has thrown, as it was thrown.
 *
 * Without it, Nest makes `Internal server error` of everything but an `RpcException`: retry rules
 * cannot match a class then, dead letters have no cause, and an `HttpException`, as pipes and guards
 * throw it, tells the caller nothing. With it, the caller gets the code and message of an
 * `HttpException` below 500, and a validation's list of faults; other errors stay `INTERNAL`, and are
 * logged here with their stack.
 *
 * {@link NatsModule} has it behind all filters of the application. An application without that module
 * sets it itself:
 *
 * ```ts
 * app.useGlobalFilters(new NatsExceptionFilter());
 * ```
 *
 * HTTP, GraphQL and other transports are as they are without it.
 */
@Catch()
export class NatsExceptionFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void | Observable<never> {
    const second: unknown = host.getArgByIndex(1);
    if (isNatsMessageContext(second)) return throwError(() => exception);
    if (host.getType() === 'http' && isResponse(second)) return super.catch(exception, host);
    // nothing: Nest goes on as if there were no filter
    return undefined;
  }
}

/** Whatever is called by way of Nest and gives no type passes for HTTP, which is known by its response. */
function isResponse(value: unknown): boolean {
  const { end, send } = Object(value) as { end?: unknown; send?: unknown };
  return typeof end === 'function' || typeof send === 'function';
}
