import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { quote } from '../errors/quote.js';
import { NatsTransportError } from '../errors/transport-error.js';
import { headerExcess, type HeaderLimits } from './header-limits.js';
import { isReservedHeader } from './header-table.js';

/** Headers as an application gives them: an object, a `Map`, or headers of the NATS client. */
export type HeadersInput =
  | Readonly<Record<string, string | readonly string[]>>
  | Iterable<readonly [name: string, value: string | readonly string[]]>;

/**
 * Reads the headers of a message, or nothing when it has none.
 *
 * The client library decodes them on the first access and throws for a name that is not legal,
 * which a hostile peer can send; inside its receive callback that would end the connection's reader.
 * And it takes a time that grows with the square of their number, so that is looked at before.
 *
 * @param limits default {@link HEADER_LIMITS}
 * @throws NatsTransportError `INVALID_HEADER`
 */
export function readHeaders(message: Msg, limits?: HeaderLimits): MsgHdrs | undefined {
  const excess = headerExcess(message, limits);
  if (excess !== undefined) {
    throw new NatsTransportError(
      'INVALID_HEADER',
      `Cannot read the headers of the message: ${excess}.`,
    );
  }
  try {
    return message.headers;
  } catch (cause) {
    throw new NatsTransportError(
      'INVALID_HEADER',
      'Cannot read the headers of the message: a name or value is malformed.',
      { cause },
    );
  }
}

/**
 * Adds an application's headers; a name that is there already gets further values.
 *
 * @throws NatsTransportError `INVALID_HEADER` for a name or value that cannot be sent, and for a
 * reserved name
 */
export function addHeaders(target: MsgHdrs, input: HeadersInput): MsgHdrs {
  if (typeof input !== 'object' || input === null) {
    throw new NatsTransportError(
      'INVALID_HEADER',
      `Cannot set headers: expected an object or a Map, got ${quote(input)}.`,
    );
  }
  const entries = Symbol.iterator in input ? input : Object.entries(input);
  for (const [name, value] of entries) {
    assertName(name);
    const values: unknown = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(values)) {
      throw invalid(name, `a value is of type ${typeof value}, expected a string or several`);
    }
    for (const single of values as unknown[]) {
      assertValue(name, single);
      target.append(name, single);
    }
  }
  return target;
}

/** Makes headers of an application's input, or nothing when it gives none. */
export function toHeaders(input: HeadersInput | undefined): MsgHdrs | undefined {
  return input === undefined ? undefined : addHeaders(headers(), input);
}

// printable ASCII without the colon, as in RFC 5322 and ADR-4
const LEGAL_NAME = /^[!-9;-~]+$/;

function assertName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || !LEGAL_NAME.test(name)) {
    throw invalid(name, 'a name is printable ASCII without spaces and ":"');
  }
  if (isReservedHeader(name)) {
    throw invalid(name, 'the name is reserved; an option or method sets what it stands for');
  }
}

function assertValue(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string')
    throw invalid(name, `a value is of type ${typeof value}, expected a string`);
  if (/[\r\n\0]/.test(value)) throw invalid(name, 'a value has a line break or NUL in it');
}

function invalid(name: unknown, why: string): NatsTransportError {
  return new NatsTransportError('INVALID_HEADER', `Cannot set the header ${quote(name)}: ${why}.`, {
    details: { header: name },
  });
}
