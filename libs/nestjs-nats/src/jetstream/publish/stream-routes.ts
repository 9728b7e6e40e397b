import { matches } from '../../subject/filter.js';
import type { StreamDeclaration } from '../stream/stream-declaration.js';

/** Is how many subjects are remembered with the stream that takes them. */
const MAX_REMEMBERED = 1024;

/** Finds the declared stream that stores what is published on a subject. */
export class StreamRoutes {
  private readonly literal = new Map<string, StreamDeclaration>();
  private readonly filters: (readonly [filter: string, stream: StreamDeclaration])[] = [];
  private readonly byName = new Map<string, StreamDeclaration>();
  /** Programs publish on few subjects many times; a flood of others must not fill the memory. */
  private readonly remembered = new Map<string, StreamDeclaration | undefined>();

  constructor(streams: readonly StreamDeclaration[]) {
    for (const stream of streams) {
      this.byName.set(stream.name, stream);
      for (const filter of stream.subjects) {
        if (/[*>]/.test(filter)) this.filters.push([filter, stream]);
        else this.literal.set(filter, stream);
      }
    }
  }

  /** Gives the declaration of a stream. */
  named(name: string): StreamDeclaration | undefined {
    return this.byName.get(name);
  }

  /** Gives the declared stream that takes the subject. */
  find(subject: string): StreamDeclaration | undefined {
    const exact = this.literal.get(subject);
    if (exact !== undefined) return exact;
    if (this.filters.length === 0) return undefined;
    const known = this.remembered.get(subject);
    if (known !== undefined || this.remembered.has(subject)) return known;
    const found = this.filters.find(([filter]) => matches(filter, subject))?.[1];
    if (this.remembered.size < MAX_REMEMBERED) this.remembered.set(subject, found);
    return found;
  }
}
