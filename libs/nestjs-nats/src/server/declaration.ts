import type { MessageHandler } from '@nestjs/microservices';
import { isNatsTransportError, NatsTransportError } from '../errors/transport-error.js';

/** What a handler is for. */
export type HandlerKind = 'event' | 'request';

/** A handler as it was declared. */
export interface Declaration {
  readonly route: string;
  readonly kind: HandlerKind;
  readonly callback: MessageHandler;
  readonly extras: Readonly<Record<string, unknown>>;
}

/** Takes declarations up, and back. */
export interface Declarer {
  /** @throws NatsTransportError what is wrong with the declaration */
  declare(declaration: Declaration): void;
  undeclare(declaration: Declaration): void;
}

/**
 * Takes declarations up, all or none.
 *
 * @throws NatsTransportError what {@link Declarer.declare} throws; the message names every fault
 */
export function declareAll(declarer: Declarer, declarations: readonly Declaration[]): void {
  const faults: NatsTransportError[] = [];
  const taken: Declaration[] = [];
  for (const declaration of declarations) {
    try {
      declarer.declare(declaration);
      taken.push(declaration);
    } catch (error) {
      if (!isNatsTransportError(error)) throw error;
      faults.push(error);
    }
  }
  if (faults.length > 0) for (const declaration of taken) declarer.undeclare(declaration);
  throwAll(faults);
}

function throwAll(faults: readonly NatsTransportError[]): void {
  const [first, ...others] = faults;
  if (first === undefined) return;
  if (others.length === 0) throw first;
  throw new NatsTransportError(
    first.code,
    `${faults.length} handlers cannot be bound:\n${faults.map((fault) => `- ${fault.message}`).join('\n')}`,
    {
      cause: new AggregateError(faults),
      details: { faults: faults.map((fault) => fault.message) },
    },
  );
}
