import { describe, expect, it } from '@jest/globals';
import { NatsTransportError } from '../../errors/transport-error.js';
import { acknowledgementLost, publishRefusal } from './publish-error.js';

describe('publishRefusal', () => {
  it.each([
    [10_071, 'CONFLICT'],
    [10_164, 'CONFLICT'],
    [10_070, 'CONFLICT'],
    [10_060, 'CONFLICT'],
    [10_201, 'CONFLICT'],
    [10_077, 'STREAM_FULL'],
    [10_047, 'STREAM_FULL'],
    [10_054, 'PAYLOAD_TOO_LARGE'],
    [10_039, 'JETSTREAM_DISABLED'],
    [10_008, 'UNAVAILABLE'],
    [10_210, 'UNAVAILABLE'],
    [10_166, 'JETSTREAM_REFUSED'],
    [10_999, 'JETSTREAM_REFUSED'],
  ])('gives the number %i the code %s', (number, code) => {
    const body = { code: 400, err_code: number, description: 'so it is' };
    expect(publishRefusal('orders.1', 'ORDERS', body)).toMatchObject({
      code,
      message: expect.stringContaining('"so it is"') as unknown,
      details: { subject: 'orders.1', stream: 'ORDERS', apiCode: number, apiStatus: 400 },
    });
  });

  it('tells the sequence that the stream has instead', () => {
    const body = { code: 400, err_code: 10_071, description: 'wrong last sequence: 42' };
    expect(publishRefusal('a', 'A', body).details).toMatchObject({ lastSequence: 42 });
    const other = { code: 400, err_code: 10_070, description: 'wrong last msg ID: x' };
    expect(publishRefusal('a', 'A', other).details).not.toHaveProperty('lastSequence');
  });

  it.each([
    [10_166, 'allow_msg_ttl'],
    [10_174, 'allow_atomic'],
    [10_188, 'allow_msg_schedules'],
  ])('says what to set on the stream for the number %i', (number, setting) => {
    const body = { code: 400, err_code: number, description: 'disabled' };
    expect(publishRefusal('a', 'A', body).message).toContain(`Set ${setting} on the stream`);
  });
});

it('says of a lost acknowledgement that nobody knows', () => {
  const lost = new NatsTransportError('TIMEOUT', 'No answer', {
    details: { subject: 'a', timeoutMs: 250 },
  });
  const last = new NatsTransportError('NOT_CONNECTED', 'Not connected');
  expect(acknowledgementLost('a', 'A', lost, last)).toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringMatching(/within 250 ms.*may or may not be stored/) as unknown,
    cause: last,
    details: { subject: 'a', stream: 'A', timeoutMs: 250 },
  });
});
