import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { readAgentConfig } from './config/agent.config.js';
import { explainBootError } from './config/boot-error.js';

async function main(): Promise<void> {
  const config = readAgentConfig(process.env);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forConfig(config), {
    bodyParser: false,
    abortOnError: false,
  });
  app.useBodyParser('json', { limit: config.bodyLimitBytes });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(config.port, config.host);
  new Logger('Agent').log(`Listening on ${await app.getUrl()}`);
}

try {
  await main();
} catch (error) {
  console.error(explainBootError(error));
  process.exit(1);
}
