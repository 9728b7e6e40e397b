// One replica of a service as a process of its own: node replica.mjs '<JSON of ReplicaOptions>'
// It answers requests by asking another service and publishing, and handles events of a stream; every
// start and end of a handler is a line in the log file before anything else happens.
import 'reflect-metadata';
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { NatsClient, NatsModule, NatsStrategy } from 'nestjs-nats';

const { name, log, servers, kind, workMs, strategy: settings } = JSON.parse(process.argv[2]);

const note = (what, id, attempt = 1) =>
  appendFileSync(log, `${JSON.stringify({ worker: name, what, id, attempt, at: Date.now() })}\n`);

class Front {
  constructor(client) {
    this.client = client;
  }

  async ask(n) {
    note('start', `ask-${n}`);
    await sleep(workMs);
    // the connection is shared with the strategy, which may be closing by now
    await this.client.publish('front.seen', n);
    const answer = await this.client.request('back.ask', n);
    this.client.emit('front.answered', n);
    note('end', `ask-${n}`);
    return answer;
  }

  async onJob({ id }, context) {
    note('start', id, context.attempt);
    await sleep(workMs);
    await this.client.publish('front.done', id);
    note('end', id, context.attempt);
  }

  /** Holds until it is told by its signal that nobody waits any longer. */
  async hang(id, context) {
    note('start', id);
    await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
    note('end', id);
    throw context.signal.reason;
  }
}

const decorate = (method, decorator, ...parameters) => {
  decorator(Front.prototype, method, Object.getOwnPropertyDescriptor(Front.prototype, method));
  parameters.forEach((parameter, i) => parameter(Front.prototype, method, i));
};
Inject(NatsClient)(Front, undefined, 0);
decorate('ask', MessagePattern('front.ask'), Payload());
decorate('hang', MessagePattern('front.hang', { queue: name }), Payload(), Ctx());
const onJob = { stream: 'JOBS', durable: 'front', concurrency: 8 };
if (settings?.streams) decorate('onJob', EventPattern('jobs.front', onJob), Payload(), Ctx());
Controller()(Front);

class ReplicaModule {}
const nats = NatsModule.forRoot({ servers, name, queue: 'front', ...settings });
Module({ imports: [nats], controllers: [Front] })(ReplicaModule);

const quiet = { logger: ['error', 'warn'], abortOnError: false };
if (kind === 'pure') {
  const app = await NestFactory.createMicroservice(ReplicaModule, {
    ...quiet,
    inject: [NatsStrategy],
    useFactory: (strategy) => ({ strategy }),
  });
  app.enableShutdownHooks();
  await app.listen();
} else {
  const app = await NestFactory.create(ReplicaModule, quiet);
  app.enableShutdownHooks();
  app.connectMicroservice({ strategy: app.get(NatsStrategy) }, { inheritAppConfig: true });
  await app.init();
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
}
console.log(`${name} is ready`);
