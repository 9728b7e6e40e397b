import 'reflect-metadata';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { securityHeaders } from 'app-kit/http/security-headers';
import { explainBootError } from 'app-kit/lifecycle/explain-boot-error';
import { NatsListener } from 'app-kit/nats/nats-listener';
import { loadTracing } from 'app-kit/telemetry/load-tracing';
import { NatsStrategy } from 'nestjs-nats';
import { AppModule } from './app.module.js';
import { readDashboardConfig } from './config/dashboard.config.js';

async function main(): Promise<void> {
  const config = readDashboardConfig(process.env);
  const tracing = await loadTracing(config.traces, 'dashboard');
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forConfig(config, tracing?.interceptors),
    { abortOnError: false },
  );
  app.use(securityHeaders);
  app.useStaticAssets(join(import.meta.dirname, 'page'));
  if (tracing) app.use(tracing.middleware);
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
  await app.listen(config.port, config.host);
  new Logger('Dashboard').log(`Listening on ${await app.getUrl()}`);
  // the page is there before NATS is, to say that it is not
  await app.get(NatsListener).start(app);
}

try {
  await main();
} catch (error) {
  console.error(explainBootError('dashboard', error));
  process.exit(1);
}
