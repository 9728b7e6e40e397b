import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  type Type,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import type { Observable } from 'rxjs';
import { handled } from '../handled.js';
import { numbered, SUBJECT, wildcard } from '../names.js';
import type { ServerPlan } from '../subjects/subject.js';

@Injectable()
class PassGuard implements CanActivate {
  canActivate(_context: ExecutionContext): boolean {
    return true;
  }
}

@Injectable()
class PassInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}

@Controller()
class EventController {
  @EventPattern(SUBJECT.event)
  onEvent(@Payload() _data: unknown): void {
    handled();
  }
}

@Controller()
class RequestController {
  @MessagePattern(SUBJECT.request.plain)
  plain(@Payload() data: unknown): unknown {
    return data;
  }

  // the built-in transport has no such bound, and takes no notice
  @MessagePattern(SUBJECT.request.async, { concurrency: 256 })
  async async(@Payload() data: unknown): Promise<unknown> {
    await sleep(1);
    return data;
  }

  @UseGuards(PassGuard)
  @UseInterceptors(PassInterceptor)
  @MessagePattern(SUBJECT.request.guarded)
  guarded(@Payload() data: unknown): unknown {
    return data;
  }
}

/** Gives the controllers that both Nest transports run: the same code for either. */
export function controllersFor({ stage, handlers }: ServerPlan): Type[] {
  if (stage === 'requests') return [RequestController];
  if (stage === 'events' && handlers === 1) return [EventController];
  return [controllerOf(handlers, stage === 'wildcards' ? wildcard : numbered)];
}

/**
 * Gives the controller whose handler takes messages of the stream, 1 ms for each if `async`.
 *
 * @param decorate names the messages, as the transport wants it
 */
export function consumerOf({ async }: ServerPlan, decorate: MethodDecorator): Type {
  @Controller()
  class PlainConsumer {
    @decorate
    take(@Payload() _data: unknown): void {
      handled();
    }
  }

  @Controller()
  class AsyncConsumer {
    @decorate
    async take(@Payload() _data: unknown): Promise<void> {
      await sleep(1);
      handled();
    }
  }

  return async ? AsyncConsumer : PlainConsumer;
}

/** Makes a controller with so many handlers, as the decorators would. */
function controllerOf(handlers: number, subject: (i: number) => string): Type {
  class ManyController {}
  const { prototype } = ManyController;
  for (let i = 0; i < handlers; i++) {
    const name = `handler${i}`;
    Object.defineProperty(prototype, name, {
      value: (_data: unknown): void => handled(),
      writable: true,
      configurable: true,
    });
    const method = Object.getOwnPropertyDescriptor(prototype, name)!;
    EventPattern(subject(i))(prototype, name, method);
    Payload()(prototype, name, 0);
  }
  Controller()(ManyController);
  return ManyController;
}
