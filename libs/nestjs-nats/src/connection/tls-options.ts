import { inspect } from 'node:util';
import type { ConnectionOptions } from 'node:tls';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { unknownOptionFaults } from '../errors/option-faults.js';

/**
 * Describes TLS, in the terms of the NATS client: `caFile` or `ca` (PEM) for whom to trust, `certFile` and
 * `keyFile`, or `cert` and `key`, to show the server a certificate of one's own, `handshakeFirst` for a
 * server that speaks TLS from the first byte. Files are read at every attempt to connect.
 */
export type NatsTlsOptions = NonNullable<NodeConnectionOptions['tls']> &
  Pick<ConnectionOptions, 'passphrase' | 'servername' | 'minVersion' | 'maxVersion' | 'ciphers'>;

const TEXTS = [
  'caFile',
  'ca',
  'certFile',
  'cert',
  'keyFile',
  'key',
  'passphrase',
  'servername',
  'minVersion',
  'maxVersion',
  'ciphers',
] as const satisfies readonly (keyof NatsTlsOptions)[];
const SWITCHES = [
  'handshakeFirst',
  'rejectUnauthorized',
] as const satisfies readonly (keyof NatsTlsOptions)[];

/**
 * Says what is wrong with TLS settings.
 *
 * @param required whether the addresses of the servers ask for TLS
 */
export function tlsFaults(tls: NatsTlsOptions | null | undefined, required: boolean): string[] {
  if (tls === undefined) return [];
  if (tls === null) return required ? ['tls: null forbids TLS, and servers has tls://'] : [];
  if (typeof tls !== 'object' || Array.isArray(tls)) return ['tls: expected an object'];
  const has = (name: keyof NatsTlsOptions): boolean => tls[name] !== undefined;
  const either = (text: 'ca' | 'cert' | 'key'): boolean => has(text) || has(`${text}File`);
  return [
    ...unknownOptionFaults(tls, [...TEXTS, ...SWITCHES]).map((fault) => `tls.${fault}`),
    ...TEXTS.filter((name) => has(name) && !isText(tls[name])).map(
      (name) => `tls.${name}: expected a text`,
    ),
    ...SWITCHES.filter((name) => has(name) && typeof tls[name] !== 'boolean').map(
      (name) => `tls.${name}: expected true or false`,
    ),
    ...(['ca', 'cert', 'key'] as const)
      .filter((text) => has(text) && has(`${text}File`))
      .map((text) => `tls.${text}File: there is tls.${text} too; expected one of them`),
    ...(either('cert') === either('key')
      ? []
      : ['tls: a certificate needs its key, and a key its certificate']),
  ];
}

/** Gives TLS settings that can be used, but not be printed. */
export function unprintable(tls: NatsTlsOptions): NatsTlsOptions {
  const shown = (): string => '[TLS settings]';
  return Object.defineProperties(
    { ...tls },
    {
      // the client copies what is enumerable, and needs neither
      [inspect.custom]: { value: shown },
      toJSON: { value: shown },
    },
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
