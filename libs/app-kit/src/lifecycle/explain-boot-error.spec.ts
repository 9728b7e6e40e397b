import { describe, expect, it } from '@jest/globals';
import { NatsTransportError } from 'nestjs-nats';
import { BootError } from './boot-error.js';
import { explainBootError } from './explain-boot-error.js';

const listenError = (code: string): Error =>
  Object.assign(new Error(`listen ${code}`), {
    code,
    syscall: 'listen',
    address: '127.0.0.1',
    port: 80,
  });

describe('explainBootError', () => {
  it.each([
    ['what an app foresaw', new BootError('it is Sunday.')],
    ['what the transport says', new NatsTransportError('CONNECTION_FAILED', 'it is Sunday.')],
    ['what is no error at all', 'it is Sunday.'],
  ])('passes on %s', (_, error) => {
    expect(explainBootError('shop', error)).toBe('The shop cannot start: it is Sunday.');
  });

  it.each([
    ['EADDRINUSE', 'port 80 on 127.0.0.1 is taken'],
    ['EACCES', 'port 80 on 127.0.0.1 needs privileges'],
    ['EADDRNOTAVAIL', 'cannot listen on port 80 on 127.0.0.1 (listen EADDRNOTAVAIL)'],
  ])('says at %s which variable to set', (code, says) => {
    expect(explainBootError('shop', listenError(code))).toContain(says);
    expect(explainBootError('shop', listenError(code))).toContain(' PORT');
    expect(explainBootError('shop', listenError(code), 'SHOP_PORT')).toContain(' SHOP_PORT');
  });

  it('gives the stack of what nobody foresaw', () => {
    const error = new TypeError('x is not a function');
    expect(explainBootError('shop', error)).toBe(`The shop cannot start: ${error.stack}`);
  });
});
