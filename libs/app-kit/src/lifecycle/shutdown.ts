import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Tells those who would go on for ever that the application is ending. */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  private readonly controller = new AbortController();

  /** Aborts in the first phase of the end, so that the later ones can wait for what ends by it. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  onModuleDestroy(): void {
    this.controller.abort();
  }
}
