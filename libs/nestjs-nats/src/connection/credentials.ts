import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  credsAuthenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import type { CredentialOptions } from './credential-options.js';
import type { Secret } from './secret.js';

type Name = 'user' | 'pass' | 'token' | 'nkeySeed' | 'jwt' | 'creds';
type Values = Partial<Record<Name, string>>;
type Source = readonly [name: Name, read: () => string | Promise<string>];

/**
 * Gives the NATS client the credentials of a connection, read anew for every attempt to connect.
 *
 * They stand in closures only, so that nothing that is printed or logged can show them.
 */
export class Credentials {
  private readonly sources: readonly Source[];
  private latest: Authenticator = anonymous;
  private told = false;

  /** @param report hears, once until it works again, why credentials cannot be read */
  constructor(
    options: CredentialOptions,
    private readonly report: (error: unknown) => void,
  ) {
    this.sources = sourcesOf(options);
  }

  /** Is asked by the client at each attempt. It never throws: the client would give the connection up. */
  readonly authenticator: Authenticator = (nonce) => {
    this.renew();
    return this.latest(nonce);
  };

  /** Reads the credentials. @throws Error what keeps them from being read, or from being used */
  async read(): Promise<void> {
    this.use(await this.values());
  }

  /** Reads the credentials again; those of before hold if that fails, and until it has come to an end. */
  renew(): void {
    try {
      const values = this.values();
      if (values instanceof Promise) values.then((late) => this.use(late)).catch(this.failed);
      else this.use(values);
    } catch (error) {
      this.failed(error);
    }
  }

  private readonly failed = (error: unknown): void => {
    if (!this.told) this.report(error);
    this.told = true;
  };

  private use(values: Values): void {
    const authenticator = authenticatorOf(values);
    // an unusable seed shows when it signs
    authenticator('nonce');
    this.latest = authenticator;
    this.told = false;
  }

  private values(): Values | Promise<Values> {
    const values: Values = {};
    const late: Promise<void>[] = [];
    for (const [name, read] of this.sources) {
      const value = read();
      if (typeof value === 'string') values[name] = value;
      else late.push(arrived(name, value).then((text) => void (values[name] = text)));
    }
    return late.length === 0 ? values : Promise.all(late).then(() => values);
  }
}

function sourcesOf(options: CredentialOptions): Source[] {
  const secret = (name: Name, value: Secret | undefined): Source[] => {
    if (value === undefined) return [];
    return [[name, typeof value === 'function' ? value : () => value]];
  };
  const file = (name: Name, path: string | undefined): Source[] =>
    path === undefined ? [] : [[name, () => readFileSync(path, 'utf8')]];
  return [
    ...secret('user', options.user),
    ...secret('pass', options.pass),
    ...secret('token', options.token),
    ...secret('nkeySeed', options.nkeySeed),
    ...secret('jwt', options.jwt),
    ...secret('creds', options.creds),
    ...file('nkeySeed', options.nkeySeedFile),
    ...file('jwt', options.jwtFile),
    ...file('creds', options.credsFile),
  ];
}

function anonymous(): undefined {
  return undefined;
}

async function arrived(name: Name, value: unknown): Promise<string> {
  const text = await value;
  if (typeof text === 'string') return text;
  throw new TypeError(`The function for ${name} gave a value of type ${typeof text}, no text`);
}

function authenticatorOf({ user, pass, token, nkeySeed, jwt, creds }: Values): Authenticator {
  const seed = nkeySeed === undefined ? undefined : Buffer.from(nkeySeed.trim());
  if (creds !== undefined) return credsAuthenticator(Buffer.from(creds));
  if (jwt !== undefined) return jwtAuthenticator(jwt.trim(), seed);
  if (seed !== undefined) return nkeyAuthenticator(seed);
  if (token !== undefined) return tokenAuthenticator(token);
  if (user !== undefined) return usernamePasswordAuthenticator(user, pass);
  return anonymous;
}
