import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { explainBootError } from 'app-kit/lifecycle/explain-boot-error';
import { loadTracing } from 'app-kit/telemetry/load-tracing';
import { AppModule } from './app.module.js';
import { readAgentConfig } from './config/agent.config.js';

async function main(): Promise<void> {
  const config = readAgentConfig(process.env);
  const tracing = await loadTracing(config.traces, 'agent');
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forConfig(config, tracing?.interceptors),
    { bodyParser: false, abortOnError: false },
  );
  if (tracing) app.use(tracing.middleware);
  app.useBodyParser('json', { limit: config.bodyLimitBytes });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(config.port, config.host);
  new Logger('Agent').log(`Listening on ${await app.getUrl()}`);
}

try {
  await main();
} catch (error) {
  console.error(explainBootError('agent', error));
  process.exit(1);
}
