// Answers requests as a process of its own: node responder.mjs '<JSON of ResponderOptions>'
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NatsStrategy } from 'nestjs-nats';

const { servers, subject, queue, workMs } = JSON.parse(process.argv[2]);

class ResponderModule {}
Module({})(ResponderModule);

// whoever started it is gone
process.on('disconnect', () => process.exit(1));

const strategy = new NatsStrategy({ servers });
const app = await NestFactory.createMicroservice(ResponderModule, {
  strategy,
  logger: ['error', 'warn'],
  abortOnError: false,
});
app.enableShutdownHooks();
await strategy.registerSubscriber(
  subject,
  async (n) => {
    await sleep(workMs);
    return n * 2;
  },
  { respond: true, queue },
);
await app.listen();
process.send('ready');
