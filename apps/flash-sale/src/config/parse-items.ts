import { z } from 'zod';

/** How many pieces there are of each article. */
export type Items = ReadonlyMap<string, number>;

/** Splits `article:stock,…`. An article's name is one token of a subject, and part of an address. */
export function parseItems(list: string, context: z.RefinementCtx): Items {
  const items = new Map<string, number>();
  for (const [index, entry] of list.split(',').entries()) {
    const [, item, stock] = /^([a-z0-9-]{1,32}):(\d{1,6})$/.exec(entry.trim()) ?? [];
    const fault = item === undefined ? 'that is not article:stock' : 'that repeats an article';
    if (item === undefined || items.has(item)) {
      context.addIssue({ code: 'custom', message: `has an entry ${index + 1} ${fault}` });
    } else {
      items.set(item, Number(stock));
    }
  }
  return items;
}
