import { z } from 'zod';
import { type Step, STEPS } from '../step/order-message.js';

/** Splits a comma-separated list of steps; one that is named twice counts once. */
export function parseSteps(list: string, context: z.RefinementCtx): readonly Step[] {
  const names = list.split(',').map((entry) => entry.trim());
  for (const name of names) {
    if (!isStep(name)) {
      context.addIssue({
        code: 'custom',
        message: `has ${JSON.stringify(name)}, which is no step`,
      });
    }
  }
  return [...new Set(names.filter(isStep))];
}

function isStep(name: string): name is Step {
  return (STEPS as readonly string[]).includes(name);
}
