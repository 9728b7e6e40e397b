import { quote } from '../errors/quote.js';

/** A list of servers, taken apart: addresses without secrets, and the secrets on their own. */
export interface ServerList {
  /** `host:port` each, in the order given. */
  readonly addresses: readonly string[];
  /** Whether a `tls://` address stands in the list: then TLS is required for all. */
  readonly tls: boolean;
  /** From `nats://user:pass@host`. */
  readonly user?: string;
  readonly pass?: string;
  /** From `nats://token@host`. */
  readonly token?: string;
}

const DEFAULT_PORT = 4222;
const SCHEMES = new Set(['nats:', 'tls:']);

/**
 * Takes a server list apart.
 *
 * The NATS client ignores credentials in an address, dials the wrong port when there are some, and
 * connects in plain text to `tls://`; so nothing but `host:port` is handed to it.
 *
 * @param servers a list, or a text with commas
 * @param faults receives a sentence for each address that cannot be used
 */
export function parseServerList(servers: string | readonly string[], faults: string[]): ServerList {
  const given: unknown = typeof servers === 'string' ? servers.split(',') : servers;
  if (!Array.isArray(given)) {
    faults.push(`servers: expected a list or a text with commas, got ${quote(given)}`);
    return { addresses: [], tls: false };
  }
  const entries: readonly unknown[] = given;
  if (entries.length === 0) faults.push('servers: the list is empty');
  const parsed = entries.flatMap((entry) => parseAddress(entry, faults) ?? []);
  const secrets = new Map(
    parsed
      .filter((p) => p.user !== undefined)
      .map((p) => [JSON.stringify([p.user, p.pass]), p] as const),
  );
  if (secrets.size > 1) {
    faults.push('servers: the addresses carry different credentials; one connection uses one set');
  }
  const [secret] = secrets.values();
  return {
    addresses: parsed.map((p) => p.address),
    tls: parsed.some((p) => p.tls),
    ...(secret &&
      (secret.pass === undefined
        ? { token: secret.user }
        : { user: secret.user, pass: secret.pass })),
  };
}

interface Address {
  address: string;
  tls: boolean;
  user?: string;
  pass?: string;
}

function parseAddress(given: unknown, faults: string[]): Address | undefined {
  if (typeof given !== 'string') {
    faults.push(`servers: an address is of type ${typeof given}, expected a string`);
    return undefined;
  }
  const entry = given.trim();
  const shown = redactAddress(entry);
  if (entry === '') {
    faults.push('servers: an address is empty');
    return undefined;
  }
  let url: URL;
  try {
    url = new URL(entry.includes('://') ? entry : `nats://${entry}`);
  } catch {
    // a secret may stand anywhere in what cannot be taken apart, so it is not printed
    faults.push(
      'servers: an address cannot be read; expected for example "nats://127.0.0.1:4222", ' +
        'with "%" escapes for other than letters and digits in credentials',
    );
    return undefined;
  }
  if (!SCHEMES.has(url.protocol)) {
    faults.push(`servers: "${shown}" has another scheme than nats:// or tls://`);
    return undefined;
  }
  if (
    url.hostname === '' ||
    (url.pathname !== '' && url.pathname !== '/') ||
    url.search ||
    url.hash
  ) {
    faults.push(
      `servers: "${shown}" is no address; expected a host and port and nothing after them`,
    );
    return undefined;
  }
  if (url.username === '' && url.password !== '') {
    faults.push(`servers: "${shown}" has a password without a user`);
    return undefined;
  }
  // "user:@host" has an empty password, which URL does not tell from none
  const userInfo = entry.slice(
    entry.indexOf('://') === -1 ? 0 : entry.indexOf('://') + 3,
    entry.lastIndexOf('@'),
  );
  const password = url.username !== '' && userInfo.includes(':');
  return {
    address: `${url.hostname}:${url.port === '' ? DEFAULT_PORT : url.port}`,
    tls: url.protocol === 'tls:',
    ...(url.username !== '' && { user: decode(url.username) }),
    ...(password && { pass: decode(url.password) }),
  };
}

/** Leaves a malformed escape as it was typed. */
function decode(text: string): string {
  // run by run: URL has escaped characters besides, which must come back
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

/** Prints an address without what may be a secret: everything before its last `@`. */
export function redactAddress(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@');
}
