import type { LoggerService } from '@nestjs/common';
import type { Server } from '@nestjs/microservices';
import type { NatsMessageContext } from '../message/context.js';

export type StartHook = Parameters<Server['setOnProcessingStartHook']>[0];
export type EndHook = Parameters<Server['setOnProcessingEndHook']>[0];

/** Runs work between the hooks that instrumentation has set on a strategy; costs nothing without. */
export class ProcessingHooks {
  onStart: StartHook | undefined;
  onEnd: EndHook | undefined;

  constructor(
    private readonly logger: LoggerService,
    private readonly transportId: () => symbol,
  ) {}

  run(context: NatsMessageContext, work: () => Promise<void>): Promise<void> {
    const { onStart, onEnd } = this;
    if (onStart === undefined && onEnd === undefined) return work();
    return new Promise((resolve, reject) => {
      const done = async (): Promise<void> => {
        await work().then(resolve, reject);
        try {
          onEnd?.(this.transportId(), context);
        } catch (error) {
          this.logger.error('The processing end hook failed', error);
        }
      };
      if (onStart === undefined) void done();
      else onStart(this.transportId(), context, done);
    });
  }
}
