import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { openDatabase } from 'app-kit/database/open-database';
import { explainBootError } from 'app-kit/lifecycle/explain-boot-error';
import { loadTracing } from 'app-kit/telemetry/load-tracing';
import { NatsStrategy } from 'nestjs-nats';
import { AppModule } from './app.module.js';
import { readShopConfig } from './config/shop.config.js';
import { SCHEMA } from './database/schema.js';

async function main(): Promise<void> {
  const config = readShopConfig(process.env);
  const database = await openDatabase(config.database, SCHEMA);
  const tracing = await loadTracing(config.traces, 'shop');
  const app = await NestFactory.create(
    AppModule.forConfig(config, database, tracing?.interceptors),
    { abortOnError: false },
  );
  if (tracing) app.use(tracing.middleware);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
  // in this order no handler runs before every module is ready
  await app.init();
  await app.startAllMicroservices();
  await app.listen(config.port, config.host);
  new Logger('Shop').log(`Listening on ${await app.getUrl()}`);
}

try {
  await main();
} catch (error) {
  console.error(explainBootError('shop', error));
  process.exit(1);
}
