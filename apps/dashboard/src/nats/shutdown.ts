import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Tells those who would go on for ever that the application is ending. */
@Injectable()
export class Shutdown implements BeforeApplicationShutdown {
  private readonly controller = new AbortController();

  /** Aborts before the HTTP server stops, which waits for every answer to end. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  beforeApplicationShutdown(): void {
    this.controller.abort();
  }
}
