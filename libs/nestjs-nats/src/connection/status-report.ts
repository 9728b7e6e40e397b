import type { LoggerService } from '@nestjs/common';
import { type Observable, ReplaySubject, distinctUntilChanged } from 'rxjs';
import { NatsEventBus, type NatsStatus } from './events.js';
import { reasonOf } from './reason-of.js';

/** Tells the world how a connection stands: its status, and its events. */
export class StatusReport {
  readonly events = new NatsEventBus();
  private readonly status$ = new ReplaySubject<NatsStatus>(1);

  constructor(private readonly logger: LoggerService) {}

  /** Tells the status, the present one first. */
  get status(): Observable<NatsStatus> {
    return this.status$.pipe(distinctUntilChanged());
  }

  /** The status is this from now on. */
  is(status: NatsStatus): void {
    this.status$.next(status);
  }

  /** Something has happened. */
  emit(...[event, ...args]: Parameters<NatsEventBus['emit']>): void {
    for (const failure of this.events.emit(event, ...args)) {
      this.logger.error(`A listener of "${event}" failed: ${reasonOf(failure)}`);
    }
  }
}
