import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule } from '@nestjs/core';
import { NatsClient } from '../client/nats.client.js';
import { NatsSharedConnection } from '../connection/nats-shared-connection.js';
import { resolveConnectionOptions } from '../connection/options.js';
import { NatsExceptionFilter } from '../server/nats-exception.filter.js';
import { NatsStrategy } from '../server/nats.strategy.js';
import { HandlerPlaces } from './handler-places.js';
import { type NatsModuleOptions, type NatsModuleParts, partsOf } from './options.js';
import { SecondSignal } from './second-signal.js';

const OPTIONS = Symbol.for('nestjs-nats.module-options');

/** How {@link NatsModule.forRootAsync} gets its options. */
export interface NatsModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** What {@link useFactory} receives. */
  inject?: readonly (string | symbol | NewableFunction)[];
  // eslint-disable-next-line typescript/no-explicit-any -- the types of what is injected are the caller's
  useFactory: (...injected: any[]) => NatsModuleOptions | Promise<NatsModuleOptions>;
}

/**
 * Is one connection to NATS for a whole application: it provides a {@link NatsClient} and a
 * {@link NatsStrategy} that share it, everywhere, without importing the module again; and the
 * {@link NatsSharedConnection} itself, for clients with other options.
 *
 * ```ts
 * @Module({ imports: [NatsModule.forRoot({ servers: 'nats://127.0.0.1:4222', queue: 'saver' })] })
 * export class AppModule {}
 *
 * app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
 * ```
 *
 * What handlers throw reaches the strategy as it was thrown, unless a filter of the application takes it:
 * the module has a {@link NatsExceptionFilter} behind all others.
 *
 * Nothing is dialled before the client is used or the strategy listens. At shutdown the client
 * leaves last, so that shutdown hooks can still publish. When a signal stops the application, a second
 * one ends the waiting for handlers and requests under way, as {@link NatsStrategy.hasten} does.
 */
@Module({})
export class NatsModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly secondSignal = new SecondSignal();

  constructor(
    @Inject(NatsClient) private readonly client: NatsClient,
    @Inject(NatsStrategy) private readonly strategy: NatsStrategy,
    @Inject(ApplicationConfig) application: ApplicationConfig,
    @Inject(NatsExceptionFilter) filter: NatsExceptionFilter,
  ) {
    // Nest tries the first one last: what the application sets itself has precedence
    application.getGlobalFilters().unshift(filter);
  }

  /** @throws NatsTransportError `INVALID_OPTIONS`, when the application is created */
  static forRoot(options: NatsModuleOptions = {}): DynamicModule {
    return moduleOf({ provide: OPTIONS, useFactory: () => sealed(options) });
  }

  /** @throws NatsTransportError `INVALID_OPTIONS`, when the application is created */
  static forRootAsync(options: NatsModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    // eslint-disable-next-line typescript/no-explicit-any -- the types of what is injected are the caller's
    const seal = async (...injected: any[]): Promise<Sealed> =>
      sealed(await useFactory(...injected));
    const provider = { provide: OPTIONS, inject: [...inject], useFactory: seal } as Provider;
    const module = moduleOf(provider);
    return { ...module, imports: [...(module.imports ?? []), ...imports] };
  }

  beforeApplicationShutdown(signal?: string): void {
    if (signal === undefined) return;
    this.secondSignal.listen(() => {
      this.strategy.hasten();
      this.client.hasten();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    try {
      await this.client.close();
    } finally {
      this.secondSignal.close();
    }
  }
}

function moduleOf(options: Provider): DynamicModule {
  return {
    module: NatsModule,
    global: true,
    imports: [DiscoveryModule],
    providers: [
      options,
      HandlerPlaces,
      NatsExceptionFilter,
      { provide: NatsSharedConnection, inject: [OPTIONS], useFactory: connectionOf },
      { provide: NatsClient, inject: [OPTIONS, NatsSharedConnection], useFactory: clientOf },
      { provide: NatsStrategy, inject: [OPTIONS, NatsSharedConnection], useFactory: strategyOf },
    ],
    exports: [NatsClient, NatsStrategy, NatsSharedConnection],
  };
}

/** Options that are not seen when the application is printed: they may have secrets. */
type Sealed = () => NatsModuleParts;

function sealed(options: NatsModuleOptions): Sealed {
  return () => partsOf(options);
}

function connectionOf(options: Sealed): NatsSharedConnection {
  const { connection, faults } = options();
  // reports what is wrong with the rest of the options too
  resolveConnectionOptions(connection, faults);
  return new NatsSharedConnection(connection);
}

function clientOf(options: Sealed, connection: NatsSharedConnection): NatsClient {
  return new NatsClient({ ...options().client, connection });
}

function strategyOf(options: Sealed, connection: NatsSharedConnection): NatsStrategy {
  return new NatsStrategy({ ...options().strategy, connection });
}
