import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { openDatabase } from 'app-kit/database/open-database';
import { explainBootError } from 'app-kit/lifecycle/explain-boot-error';
import { loadMetrics } from 'app-kit/telemetry/load-metrics';
import { loadTracing } from 'app-kit/telemetry/load-tracing';
import { NatsStrategy } from 'nestjs-nats';
import { AppModule } from './app.module.js';
import { readSaverConfig } from './config/saver.config.js';
import { SCHEMA } from './database/schema.js';

async function main(): Promise<void> {
  const config = readSaverConfig(process.env);
  const database = await openDatabase(config.database, SCHEMA, 'SAVER_DATABASE_FILE');
  const tracing = await loadTracing(config.traces, 'saver');
  const metrics = await loadMetrics(config.metrics);
  const interceptors = [tracing, metrics].flatMap((each) => each?.interceptors ?? []);
  const app = await NestFactory.create(AppModule.forConfig(config, database, interceptors), {
    abortOnError: false,
  });
  if (metrics) app.use('/metrics', metrics.page);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
  // in this order no handler runs before every module is ready
  await app.init();
  await app.startAllMicroservices();
  await app.listen(config.port, config.host);
  new Logger('Saver').log(`${config.name} listening on ${await app.getUrl()}`);
}

try {
  await main();
} catch (error) {
  console.error(explainBootError('saver', error, 'SAVER_PORT'));
  process.exit(1);
}
