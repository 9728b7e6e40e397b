import { type ArgumentsHost, Catch } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { type Observable, throwError } from 'rxjs';

/**
 * Lets the transport see what a handler has thrown.
 *
 * Without it, Nest makes `Internal server error` of everything but an `RpcException`: an
 * `HttpException`, as pipes and guards throw it, tells the caller nothing. With it, the caller gets
 * the code and message of an `HttpException` below 500, and a validation's list of faults; other
 * errors stay `INTERNAL`, and are logged here with their stack.
 *
 * ```ts
 * app.useGlobalFilters(new NatsExceptionFilter());                  // a microservice
 * { provide: APP_FILTER, useClass: NatsExceptionFilter }            // a hybrid app; HTTP is as before
 * ```
 */
@Catch()
export class NatsExceptionFilter extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void | Observable<never> {
    if (host.getType() === 'rpc') return throwError(() => exception);
    return super.catch(exception, host);
  }
}
