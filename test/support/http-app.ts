import { type INestApplication, Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NatsStrategy } from 'nestjs-nats';
import type { NatsBench } from './nats-bench.js';

/** Creates an HTTP application, quiet, which the bench closes. It is not initialised yet. */
export async function httpApp(
  bench: NatsBench,
  metadata: ModuleMetadata,
): Promise<INestApplication> {
  class TestModule {}
  Module(metadata)(TestModule);
  const app = await NestFactory.create(TestModule, { logger: false, abortOnError: false });
  bench.own(() => app.close());
  return app;
}

/** Connects strategies to an application and starts everything. @returns the address of its HTTP side */
export async function startHybrid(
  app: INestApplication,
  strategies: readonly NatsStrategy[],
  { inheritAppConfig = true } = {},
): Promise<string> {
  for (const strategy of strategies) app.connectMicroservice({ strategy }, { inheritAppConfig });
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}
