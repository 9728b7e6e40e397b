import {
  type DynamicModule,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { NatsClient } from '../client/nats.client.js';
import { SharedConnection } from '../connection/shared-connection.js';
import { NatsStrategy } from '../server/nats.strategy.js';
import { HandlerPlaces } from './handler-places.js';
import { type NatsModuleOptions, partsOf } from './options.js';

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
 * {@link NatsStrategy} that share it, everywhere, without importing the module again.
 *
 * ```ts
 * @Module({ imports: [NatsModule.forRoot({ servers: 'nats://127.0.0.1:4222', queue: 'saver' })] })
 * export class AppModule {}
 *
 * app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
 * ```
 *
 * Nothing is dialled before the client is used or the strategy listens. At shutdown the client
 * leaves last, so that shutdown hooks can still publish.
 */
@Module({})
export class NatsModule implements OnApplicationShutdown {
  constructor(@Inject(NatsClient) private readonly client: NatsClient) {}

  /** @throws NatsTransportError `INVALID_OPTIONS`, when the application is created */
  static forRoot(options: NatsModuleOptions = {}): DynamicModule {
    return moduleOf({ provide: OPTIONS, useValue: options });
  }

  /** @throws NatsTransportError `INVALID_OPTIONS`, when the application is created */
  static forRootAsync(options: NatsModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory } = options;
    const provider = { provide: OPTIONS, inject: [...inject], useFactory } as Provider;
    const module = moduleOf(provider);
    return { ...module, imports: [...(module.imports ?? []), ...imports] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
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
      { provide: SharedConnection, inject: [OPTIONS], useFactory: connectionOf },
      { provide: NatsClient, inject: [OPTIONS, SharedConnection], useFactory: clientOf },
      { provide: NatsStrategy, inject: [OPTIONS, SharedConnection], useFactory: strategyOf },
    ],
    exports: [NatsClient, NatsStrategy],
  };
}

function connectionOf(options: NatsModuleOptions): SharedConnection {
  const { connection, faults } = partsOf(options);
  return new SharedConnection(connection, faults);
}

function clientOf(options: NatsModuleOptions, connection: SharedConnection): NatsClient {
  return new NatsClient({ ...partsOf(options).client, connection });
}

function strategyOf(options: NatsModuleOptions, connection: SharedConnection): NatsStrategy {
  return new NatsStrategy({ ...partsOf(options).strategy, connection });
}
