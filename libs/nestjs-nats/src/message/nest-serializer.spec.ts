import { describe, expect, it } from '@jest/globals';
import { NatsTransportError } from '../errors/transport-error.js';
import { SerializerReplyFormat, serializePacket } from './nest-serializer.js';

const giving = (result: unknown) => ({ serialize: (): unknown => result });
const PACKET = { pattern: 'a', data: 1 };

describe('serializePacket', () => {
  it('hands the packet over', () => {
    const packets: unknown[] = [];
    void serializePacket({ serialize: (packet) => (packets.push(packet), 'x') }, PACKET);
    expect(packets).toEqual([PACKET]);
  });

  it.each<[string, unknown, Uint8Array]>([
    ['a text', 'größe', Buffer.from('größe')],
    ['an empty text', '', Buffer.from('')],
    ['bytes', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['a text as data', { data: 'a' }, Buffer.from('a')],
    ['bytes as data', { data: Uint8Array.of(1), headers: undefined }, Uint8Array.of(1)],
  ])('takes %s', (_, result, payload) => {
    expect(serializePacket(giving(result), PACKET)).toEqual({ payload });
  });

  it('takes headers with the data', () => {
    const result = serializePacket(giving({ data: 'a', headers: { tenant: 'acme' } }), PACKET);
    expect(result).not.toBeInstanceOf(Promise);
    const { headers } = result as Exclude<typeof result, Promise<unknown>>;
    expect([...headers!]).toEqual([['tenant', ['acme']]]);
  });

  it('waits for a promise', async () => {
    expect(await serializePacket(giving(Promise.resolve('a')), PACKET)).toEqual({
      payload: Buffer.from('a'),
    });
  });

  it.each([undefined, null, 1, {}, { data: 1 }, { data: undefined }, ['a'], true])(
    'refuses %p as ENCODE_FAILED, at once or later',
    async (result) => {
      const refusal = expect.objectContaining({
        code: 'ENCODE_FAILED',
        message: expect.stringMatching(/^The serializer gave nothing that can be sent\. Expected/),
      });
      expect(() => serializePacket(giving(result), PACKET)).toThrow(refusal);
      await expect(serializePacket(giving(Promise.resolve(result)), PACKET)).rejects.toEqual(
        refusal,
      );
    },
  );

  it('makes ENCODE_FAILED of what the serializer throws or rejects with', async () => {
    const cause = new Error('no schema');
    const throwing = {
      serialize: () => {
        throw cause;
      },
    };
    const failure = expect.objectContaining({ code: 'ENCODE_FAILED', cause });
    expect(() => serializePacket(throwing, PACKET)).toThrow(failure);
    await expect(serializePacket(giving(Promise.reject(cause)), PACKET)).rejects.toEqual(failure);
  });

  it('refuses headers that are reserved', () => {
    const result = { data: 'a', headers: { 'Nats-Msg-Id': '1' } };
    expect(() => serializePacket(giving(result), PACKET)).toThrow(
      expect.objectContaining({ code: 'INVALID_HEADER' }),
    );
  });
});

describe('SerializerReplyFormat', () => {
  const format = new SerializerReplyFormat({ serialize: (packet) => JSON.stringify(packet) }, '42');
  const packetOf = async (message: ReturnType<typeof format.single>): Promise<unknown> =>
    JSON.parse(Buffer.from((await message).payload).toString());

  it('gives the serializer the packets that Nest would', async () => {
    expect(await packetOf(format.single(1))).toEqual({ response: 1, isDisposed: true, id: '42' });
    expect(await packetOf(format.frame(1))).toEqual({ response: 1, id: '42' });
    expect(await packetOf(format.end())).toEqual({ isDisposed: true, id: '42' });
    const body = { code: 'C', message: 'm' };
    expect(await packetOf(format.error({ body, status: 400 }))).toEqual({
      err: { status: 'error', ...body },
      isDisposed: true,
      id: '42',
    });
    expect(await packetOf(format.error({ body, status: 400, original: 'text' }))).toMatchObject({
      err: 'text',
    });
  });

  it('fails as ENCODE_FAILED', () => {
    const broken = new SerializerReplyFormat(giving(undefined), undefined);
    expect(() => broken.single(1)).toThrow(NatsTransportError);
  });
});
