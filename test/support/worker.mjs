// A consumer as a process of its own, for tests that kill it: node worker.mjs '<JSON of WorkerOptions>'
// Every start and end of a handler is a line in the log file before anything else happens.
import 'reflect-metadata';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { NatsStrategy } from 'nestjs-nats';

const { name, log, servers, streams, strategy: settings, consumers } = JSON.parse(process.argv[2]);

const note = (what, id, attempt) =>
  appendFileSync(log, `${JSON.stringify({ worker: name, what, id, attempt, at: Date.now() })}\n`);

const behaviours = {
  async handle({ id, delayMs = 0, fail = false, kill = false, poison = false }, context, options) {
    note('start', id, context.attempt);
    if (poison || (kill && !context.redelivered)) process.kill(process.pid, 'SIGKILL');
    const waitMs = delayMs || options.delayMs || 0;
    if (waitMs > 0) await sleep(waitMs);
    if (fail) throw new Error(`${id} fails`);
    note('end', id, context.attempt);
  },
};

class WorkerModule {}
Module({})(WorkerModule);

const strategy = new NatsStrategy({ servers, streams, ...settings });
const app = await NestFactory.createMicroservice(WorkerModule, {
  strategy,
  logger: ['error', 'warn'],
  abortOnError: false,
});
app.enableShutdownHooks();
for (const { subject, work = {}, ...options } of consumers) {
  await strategy.registerSubscriber(
    subject,
    (data, context) => behaviours.handle(data, context, work),
    options,
  );
}
await app.listen();
console.log(`${name} is ready`);
