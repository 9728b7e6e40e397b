import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { HEADER, isReservedHeader } from './header-table.js';

const names = Object.values(HEADER);

describe('HEADER', () => {
  it.each(names)('%s can be sent, and is reserved in any case', (name) => {
    const sent = headers();
    sent.set(name, 'value');
    expect(sent.get(name)).toBe('value');
    for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(isReservedHeader(spelled)).toBe(true);
    }
  });

  it('holds each name once', () => {
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });

  it('holds the names of NATS as ADR-32 writes them', () => {
    expect(HEADER.serviceError).toBe('Nats-Service-Error');
    expect(HEADER.serviceErrorCode).toBe('Nats-Service-Error-Code');
  });
});

describe('isReservedHeader', () => {
  it.each([
    'Nats-Msg-Id',
    'nats-expected-stream',
    'NATS-TTL',
    'Nats-',
    'Dead-Letter-Nats-TTL',
    'dead-letter-x',
  ])('reserves %s', (name) => {
    expect(isReservedHeader(name)).toBe(true);
  });

  it.each(['traceparent', 'X-Tenant', 'Natsy', 'X-Nats-Msg-Id', '', '__proto__', 'constructor'])(
    'leaves %j to applications',
    (name) => {
      expect(isReservedHeader(name)).toBe(false);
    },
  );
});
