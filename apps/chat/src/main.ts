import 'reflect-metadata';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { securityHeaders } from 'app-kit/http/security-headers';
import { explainBootError } from 'app-kit/lifecycle/explain-boot-error';
import { NatsListener } from 'app-kit/nats/nats-listener';
import { NatsStrategy } from 'nestjs-nats';
import { AppModule } from './app.module.js';
import { readChatConfig } from './config/chat.config.js';

async function main(): Promise<void> {
  const config = readChatConfig(process.env);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forConfig(config), {
    abortOnError: false,
  });
  app.use(securityHeaders);
  app.useStaticAssets(join(import.meta.dirname, 'page'));
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
  await app.listen(config.port, config.host);
  new Logger('Chat').log(`${config.name} listening on ${await app.getUrl()}`);
  // the page is there before NATS is, to say that it is not
  await app.get(NatsListener).start(app);
}

try {
  await main();
} catch (error) {
  console.error(explainBootError('chat', error));
  process.exit(1);
}
