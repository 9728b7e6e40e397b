import type { Request } from 'express';

/** Tells whether a request comes from a browser that shows the answer, and not from a program. */
export function wantsPage(request: Request): boolean {
  return request.accepts(['json', 'html']) === 'html';
}
