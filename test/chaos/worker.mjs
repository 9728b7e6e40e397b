// Consumes as a process of its own, to be killed: node worker.mjs '<JSON of WorkerOptions>'
// The line in its journal is what its handler does to the world. It is written first, and the handler goes on for a
// while: a kill finds as many messages as possible that are done and not acknowledged.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NatsStrategy } from 'nestjs-nats';
import { journalTo } from './journal-writer.mjs';

const { servers, stream, journal, durable, concurrency, workMs, ackWaitMs } = JSON.parse(
  process.argv[2],
);
const note = journalTo(journal);
const replicas = stream.num_replicas;

class WorkerModule {}
Module({})(WorkerModule);

// whoever started it is gone
process.on('disconnect', () => process.exit(1));

const strategy = new NatsStrategy({
  servers,
  streams: [stream],
  attemptLog: { replicas },
  deadLetters: { replicas },
  reconnectTimeWait: 100,
  reconnectJitter: 50,
});
const app = await NestFactory.createMicroservice(WorkerModule, {
  strategy,
  logger: ['error', 'warn'],
  abortOnError: false,
});
app.enableShutdownHooks();
await strategy.registerSubscriber(
  `${stream.name}.>`,
  async ({ id }, { redelivered }) => {
    note(redelivered ? 'redid' : 'did', id);
    await sleep(workMs);
  },
  { stream: stream.name, durable, concurrency, ackWaitMs },
);
await app.listen();
process.send('ready');
