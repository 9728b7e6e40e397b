import { z } from 'zod';

/** What the form sends. Whether it makes a good report is for the agent to say. */
export const testEventSchema = z.object({
  eventName: z.string().max(1000),
  content: z.string().max(10_000),
});

/** A report to try. */
export type TestEvent = z.output<typeof testEventSchema>;
