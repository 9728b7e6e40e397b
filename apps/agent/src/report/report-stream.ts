import type { StreamDeclaration } from 'nestjs-nats';

/**
 * Keeps reports until a saver has stored them. A work queue: what is stored leaves it, and when it
 * is full, new reports are refused instead of old ones dropped.
 */
export const REPORTS = {
  name: 'REPORTS',
  subjects: ['logger.report.>'],
  retention: 'workqueue',
  max_bytes: 256 * 1024 * 1024,
} as const satisfies StreamDeclaration;
