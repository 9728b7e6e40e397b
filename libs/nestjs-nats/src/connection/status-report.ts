import type { LoggerService } from '@nestjs/common';
import { type Observable, ReplaySubject, distinctUntilChanged } from 'rxjs';
import { errorKind } from './error-kind.js';
import { NatsEventBus, type NatsStatus } from './events.js';
import { IncidentLog } from './incident-log.js';
import { reasonOf } from './reason-of.js';

/** Tells the world how a connection stands: its status, and its events. */
export class StatusReport {
  readonly events = new NatsEventBus();
  private readonly status$ = new ReplaySubject<NatsStatus>(1);
  private readonly incidents: IncidentLog;

  constructor(private readonly logger: LoggerService) {
    this.incidents = new IncidentLog(logger);
  }

  /** Tells the status, the present one first. */
  get status(): Observable<NatsStatus> {
    return this.status$.pipe(distinctUntilChanged());
  }

  /** The status is this from now on. */
  is(status: NatsStatus): void {
    // what a server refuses, the next may not
    if (status === 'disconnected' || status === 'closed') this.incidents.end();
    this.status$.next(status);
  }

  /** The server or the client library has reported an error: perhaps one for every message. */
  failed(error: Error): void {
    const kind = errorKind(error);
    this.incidents.error(kind, `Server reported: ${error.message}`, { kind });
    this.emit('error', error);
  }

  /** Something has happened. */
  emit(...[event, ...args]: Parameters<NatsEventBus['emit']>): void {
    for (const failure of this.events.emit(event, ...args)) {
      this.logger.error(`A listener of "${event}" failed: ${reasonOf(failure)}`);
    }
  }
}
