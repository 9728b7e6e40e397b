import { createHash } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** Is an operator with one account, which lets users in by JWT. */
export class JwtAuthority {
  private readonly operator = nkeys.createOperator();
  private readonly account = nkeys.createAccount();

  /** The configuration of a server that trusts the operator. */
  get config(): string {
    const operator = token(this.operator, this.operator, 'operator', { type: 'operator' });
    const limits = {
      subs: -1,
      conn: -1,
      leaf: -1,
      imports: -1,
      exports: -1,
      data: -1,
      payload: -1,
    };
    const account = token(this.operator, this.account, 'account', {
      type: 'account',
      limits: { ...limits, wildcards: true },
    });
    return `
      operator: "${operator}"
      resolver: MEMORY
      resolver_preload: { ${this.account.getPublicKey()}: "${account}" }`;
  }

  /** Makes a user. @param expiresAt in seconds since 1970; never unless given */
  user(expiresAt?: number): {
    readonly jwt: string;
    readonly seed: string;
    readonly creds: string;
  } {
    const pair = nkeys.createUser();
    const limits = { subs: -1, data: -1, payload: -1 };
    const jwt = token(this.account, pair, 'user', { type: 'user', ...limits }, expiresAt);
    const seed = Buffer.from(pair.getSeed()).toString();
    const creds = [
      ['-----BEGIN NATS USER JWT-----', jwt, '------END NATS USER JWT------'],
      ['-----BEGIN USER NKEY SEED-----', seed, '------END USER NKEY SEED------'],
    ].map((part) => `${part.join('\n')}\n`);
    return { jwt, seed, creds: creds.join('\n') };
  }
}

function token(
  issuer: KeyPair,
  subject: KeyPair,
  name: string,
  nats: object,
  exp?: number,
): string {
  const claims = {
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    ...(exp !== undefined && { exp }),
    nats: { version: 2, ...nats },
  };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex');
  const head = encode({ typ: 'JWT', alg: 'ed25519-nkey' });
  const body = `${head}.${encode({ jti, ...claims })}`;
  return `${body}.${Buffer.from(issuer.sign(Buffer.from(body))).toString('base64url')}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
