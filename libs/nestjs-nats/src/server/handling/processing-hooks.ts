import type { LoggerService } from '@nestjs/common';
import type { Server } from '@nestjs/microservices';
import type { NatsMessageContext } from '../../message/context.js';

export type StartHook = Parameters<Server['setOnProcessingStartHook']>[0];
export type EndHook = Parameters<Server['setOnProcessingEndHook']>[0];

/** Runs work between the hooks that instrumentation has set on a strategy. */
export class ProcessingHooks {
  onStart: StartHook | undefined;
  onEnd: EndHook | undefined;

  constructor(
    private readonly logger: LoggerService,
    private readonly transportId: () => symbol,
  ) {}

  /** Whether there are any: without, work need not be wrapped. */
  get areSet(): boolean {
    return this.onStart !== undefined || this.onEnd !== undefined;
  }

  run(context: NatsMessageContext, work: () => Promise<void>): Promise<void> {
    const { onStart, onEnd } = this;
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
