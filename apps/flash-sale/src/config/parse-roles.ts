import { z } from 'zod';

/** What a process can be: it takes purchases over HTTP, or decides them. */
export const ROLES = ['gateway', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Splits a comma-separated list of roles. */
export function parseRoles(list: string, context: z.RefinementCtx): ReadonlySet<Role> {
  const names = list.split(',').map((entry) => entry.trim());
  for (const name of names) {
    if (!isRole(name)) {
      context.addIssue({
        code: 'custom',
        message: `has ${JSON.stringify(name)}, which is no role`,
      });
    }
  }
  return new Set(names.filter(isRole));
}

function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name);
}
