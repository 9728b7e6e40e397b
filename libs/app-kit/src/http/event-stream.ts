import type { Response } from 'express';

/** What a browser that does not read may leave in memory before it is let go, in bytes. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/**
 * An answer that goes on: server-sent events to one browser. It ends when the browser leaves, when
 * the application ends, or when the browser reads too slowly; browsers connect again on their own.
 */
export class EventStream {
  /** Aborts when the stream has ended, whoever ended it. */
  readonly closed: AbortSignal;

  constructor(
    private readonly response: Response,
    shutdown: AbortSignal,
  ) {
    const closed = new AbortController();
    this.closed = closed.signal;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // a proxy that collects the events would defeat them
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    const end = (): void => this.end();
    shutdown.addEventListener('abort', end);
    response.once('close', () => {
      shutdown.removeEventListener('abort', end);
      closed.abort();
    });
    if (shutdown.aborted) end();
  }

  /** Sends an event; `data` becomes JSON. */
  send(event: string, data: unknown): void {
    if (this.response.writableEnded || this.response.destroyed) return;
    if (this.response.writableLength > MAX_BUFFERED_BYTES) {
      this.response.destroy();
      return;
    }
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Ends it, after what was sent. */
  end(): void {
    this.response.end();
  }
}
