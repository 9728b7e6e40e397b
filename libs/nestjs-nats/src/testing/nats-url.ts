/** Where one server of a `NATS_URL` listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** The address asks for TLS. */
  readonly tls: boolean;
  /** The address for messages, without credentials. */
  readonly label: string;
}

const DEFAULT_PORT = 4222;

/**
 * Reads the addresses of a `NATS_URL`: one or more of `nats://host:port`, `tls://host:port` and `host:port`,
 * separated by commas. Special characters in user name and password are percent-encoded.
 *
 * @throws TypeError when one is not such an address; the message holds no credentials.
 */
export function parseNatsUrl(value: string): ServerAddress[] {
  return value.split(',').map((part) => {
    const text = part.trim();
    const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `nats://${text}`);
    if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) {
      throw new TypeError(
        `"${redactUrl(value)}" is not a NATS address: expected nats://host:port or tls://host:port`,
      );
    }
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    return {
      host,
      port: url.port === '' ? DEFAULT_PORT : Number(url.port),
      tls: url.protocol === 'tls:',
      label: `${url.protocol}//${url.host}`,
    };
  });
}

/** Removes user names, passwords and tokens from a value that is a URL, or a list of them, or meant to be. */
export function redactUrl(value: string): string {
  // everything before the last "@": a password may hold any character when somebody forgot to encode it
  return value.replace(/^(\s*[a-z][a-z0-9+.-]*:\/\/)?.*@/is, (_, scheme: string | undefined) => {
    return `${scheme ?? ''}***@`;
  });
}

/** Does the same to every word of a text. */
export function redactUrls(text: string): string {
  return text.replace(/\S+@/g, redactUrl);
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // the caller words the error: this one would quote the credentials
    return undefined;
  }
}
