import type { StreamConfig, StreamSource } from '@nats-io/jetstream';
import type { StreamDeclaration } from './stream-declaration.js';

/** Is what a {@link StreamDeclaration} comes to: the settings that are sent and compared. */
export type WantedStream = Readonly<Pick<StreamConfig, 'name'> & Partial<StreamConfig>>;

/**
 * Gives the settings a declaration means. What it leaves out stays out, for the server to choose and
 * for others to change; only a work queue's `discard` becomes `'new'`.
 */
export function resolveStream(declaration: StreamDeclaration): WantedStream {
  const { name, subjects, mirror, sources, duplicate_window, ...rest } = declaration;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    name,
    ...(subjects && subjects.length > 0 && { subjects: [...subjects] }),
    ...(rest.retention === 'workqueue' && { discard: 'new' }),
    ...given,
    // 0 asks for the default, which is not echoed as 0
    ...(duplicate_window && { duplicate_window }),
    ...(mirror && { mirror: resolveSource(mirror) }),
    ...(sources && { sources: sources.map(resolveSource) }),
  };
}

/** `domain` is the client library's: a server knows only the API prefix that it stands for. */
function resolveSource({ domain, ...source }: StreamSource): StreamSource {
  return domain === undefined ? source : { ...source, external: { api: `$JS.${domain}.API` } };
}
