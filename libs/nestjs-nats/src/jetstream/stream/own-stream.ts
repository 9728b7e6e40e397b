import type { StreamConfig } from '@nats-io/jetstream';
import type { StreamDeclaration } from './stream-declaration.js';

/** A stream that nobody declares, because this library needs it for itself. */
export interface OwnStream {
  /** The option of a strategy that asks for it. */
  readonly option: 'deadLetters' | 'attemptLog';
  /** What has to be so, or was asked for: this is compared with what is there. */
  readonly declaration: StreamDeclaration;
  /** What it is made with besides; once it is there, everybody's to change. */
  readonly initial: Partial<Omit<StreamConfig, 'name' | 'subjects'>>;
}

/** Gives everything that such a stream is made with. */
export function madeWith({ declaration, initial }: OwnStream): StreamDeclaration {
  return { ...initial, ...declaration };
}
