import type { Authenticator } from '@nats-io/transport-node';
import { named } from '../errors/option-faults.js';
import { type Secret, secretFault } from './secret.js';

/** How a connection proves who it is: one of these ways, or none. Files are read at every attempt to connect. */
export interface CredentialOptions {
  /** The name of a user. */
  user?: Secret;
  /** The password of {@link user}. May be empty. */
  pass?: Secret;
  /** The token that the server asks for. */
  token?: Secret;
  /** The seed of a user's NKey, `SU…`: alone, or with {@link jwt}. */
  nkeySeed?: Secret;
  /** The path of a file with the seed, in place of {@link nkeySeed}. */
  nkeySeedFile?: string;
  /** The JWT of a user; with a seed, unless it is a bearer token. */
  jwt?: Secret;
  /** The path of a file with the JWT, in place of {@link jwt}. */
  jwtFile?: string;
  /** The content of a credentials file: JWT and seed. */
  creds?: Secret;
  /** The path of a credentials file, as `nsc` makes it. */
  credsFile?: string;
  /** Answers the server's challenge itself, in the manner of the NATS client. */
  authenticator?: Authenticator | Authenticator[];
}

const SECRETS = ['user', 'token', 'nkeySeed', 'jwt', 'creds'] as const;
const FILES = ['nkeySeedFile', 'jwtFile', 'credsFile'] as const;

export const CREDENTIAL_OPTION_NAMES = [
  ...SECRETS,
  'pass',
  ...FILES,
  'authenticator',
] as const satisfies readonly (keyof CredentialOptions)[];

/**
 * Says what is wrong with credentials, without printing any.
 *
 * @param inAddress whether the addresses of the servers have some too
 */
export function credentialFaults(options: CredentialOptions, inAddress: boolean): string[] {
  const has = (name: keyof CredentialOptions): boolean => options[name] !== undefined;
  const pairs = [
    ['nkeySeed', 'nkeySeedFile'],
    ['jwt', 'jwtFile'],
    ['creds', 'credsFile'],
  ] as const;
  return [
    ...placesFault(options, inAddress),
    ...pairs
      .filter(([text, file]) => has(text) && has(file))
      .map(([text, file]) => `${file}: there is ${text} too; expected one of them`),
    ...(has('pass') && !has('user') ? ['pass: there is no user'] : []),
    ...SECRETS.flatMap((name) => named(name, has(name) ? shapeFault(name, options) : undefined)),
    ...named('pass', has('pass') && options.pass !== '' ? secretFault(options.pass) : undefined),
    ...FILES.flatMap((name) => named(name, has(name) ? pathFault(options[name]) : undefined)),
    ...named('authenticator', authenticatorFault(options.authenticator)),
  ];
}

function placesFault(options: CredentialOptions, inAddress: boolean): string[] {
  const has = (name: keyof CredentialOptions): boolean => options[name] !== undefined;
  const first = (...names: (keyof CredentialOptions)[]): string | undefined => names.find(has);
  const jwt = first('jwt', 'jwtFile');
  const given = [
    inAddress ? 'in servers' : undefined,
    first('user'),
    first('token'),
    jwt ?? first('nkeySeed', 'nkeySeedFile'),
    first('creds', 'credsFile'),
    first('authenticator'),
  ].filter((place) => place !== undefined);
  if (given.length < 2) return [];
  return [`credentials stand in several places (${given.join(', ')}); expected one`];
}

function shapeFault(
  name: (typeof SECRETS)[number],
  options: CredentialOptions,
): string | undefined {
  const value = options[name];
  const fault = secretFault(value);
  if (fault !== undefined || typeof value !== 'string') return fault;
  if (name === 'nkeySeed' && !/^\s*SU[A-Z2-7]{56}\s*$/.test(value))
    return 'expected the seed of a user: "SU" and 56 letters and digits';
  if (name === 'jwt' && !/^\s*[\w-]+\.[\w-]+\.[\w-]+\s*$/.test(value))
    return 'expected a JWT: three parts with dots between them';
  if (name === 'creds' && !/BEGIN NATS USER JWT[^]*BEGIN USER NKEY SEED/.test(value))
    return 'expected the content of a credentials file; for its path use credsFile';
  return undefined;
}

function pathFault(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'expected the path of a file';
}

function authenticatorFault(value: unknown): string | undefined {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined || list.every((one) => typeof one === 'function')) return undefined;
  return 'expected a function, or a list of functions';
}
