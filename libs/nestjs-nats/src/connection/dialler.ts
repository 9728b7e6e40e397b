import type { LoggerService } from '@nestjs/common';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { NatsTransportError } from '../errors/transport-error.js';
import { Credentials } from './credentials.js';
import {
  credentialsIn,
  type NatsConnectionOptions,
  type ResolvedConnectionOptions,
} from './options.js';
import { reasonOf } from './reason-of.js';
import { within } from './within.js';

/** Makes connections of the NATS client, with credentials that are read for each. */
export class Dialler {
  private readonly credentials: Credentials;
  private readonly makeConnection: () => Promise<NatsConnection>;

  constructor(
    options: NatsConnectionOptions,
    private readonly resolved: ResolvedConnectionOptions,
    logger: LoggerService,
  ) {
    this.credentials = new Credentials(credentialsIn(options), (error) =>
      logger.warn(`Credentials cannot be read again, the last are used: ${reasonOf(error)}`),
    );
    const { authenticator = this.credentials.authenticator } = options;
    this.makeConnection = () => connect({ ...resolved.client, authenticator });
  }

  /** Tries each server once. @throws NatsTransportError `CONNECTION_FAILED` */
  async dial(): Promise<NatsConnection> {
    try {
      const { connectTimeoutMs } = this.resolved;
      await within(this.credentials.read(), connectTimeoutMs, () => unread(connectTimeoutMs));
      return await this.makeConnection();
    } catch (cause) {
      throw connectionFailed(this.resolved.servers, cause);
    }
  }

  /** Asks for credentials that the next attempt is to use, as some take their time to come. */
  renewCredentials(): void {
    this.credentials.renew();
  }
}

function unread(timeoutMs: number): Error {
  return new Error(`the credentials did not come within ${timeoutMs} ms`);
}

function connectionFailed(servers: readonly string[], cause: unknown): NatsTransportError {
  return new NatsTransportError(
    'CONNECTION_FAILED',
    `Cannot connect to NATS at ${servers.join(', ')}: ${reasonOf(cause)}. ` +
      'Check that the server runs there and that the credentials and TLS settings are right.',
    { cause, details: { servers: [...servers] } },
  );
}
