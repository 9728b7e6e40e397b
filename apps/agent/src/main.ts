import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { explainBootError } from 'app-kit/lifecycle/explain-boot-error';
import { AppModule } from './app.module.js';
import { readAgentConfig } from './config/agent.config.js';

async function main(): Promise<void> {
  const config = readAgentConfig(process.env);
  const tracing = config.traces === 'none' ? undefined : await loadTracing();
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forConfig(config, tracing?.startTracing('agent')),
    { bodyParser: false, abortOnError: false },
  );
  if (tracing) app.use(tracing.traceRequests('agent'));
  app.useBodyParser('json', { limit: config.bodyLimitBytes });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(config.port, config.host);
  new Logger('Agent').log(`Listening on ${await app.getUrl()}`);
}

/** OpenTelemetry is loaded when it is wanted, and else not needed. */
async function loadTracing() {
  const { startTracing } = await import('app-kit/telemetry/start-tracing');
  const { traceRequests } = await import('app-kit/telemetry/trace-requests');
  return { startTracing, traceRequests };
}

try {
  await main();
} catch (error) {
  console.error(explainBootError('agent', error));
  process.exit(1);
}
