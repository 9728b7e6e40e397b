import { describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { toHeaders } from './headers.js';
import { metadataOf } from './metadata.js';

describe('metadataOf', () => {
  it('gives nothing without headers', () => {
    expect(metadataOf(undefined)).toEqual({});
    expect(metadataOf(headers())).toEqual({});
  });

  it('gives the first value of every header that is not reserved', () => {
    const received = toHeaders({ traceparent: '00-1', tenant: ['acme', 'other'], Tenant: 'x' })!;
    received.set('Content-Type', 'text/plain');
    received.set('Nats-Msg-Id', '1');
    received.set('Request-Timeout-Ms', '5');
    expect(metadataOf(received)).toEqual({ traceparent: '00-1', tenant: 'acme', Tenant: 'x' });
  });
});
