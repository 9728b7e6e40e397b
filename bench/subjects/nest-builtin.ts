import { Logger } from '@nestjs/common';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import { controllersFor } from '../nest/controllers.js';
import { serveNest } from '../nest/serve.js';
import type { BenchClient, Subject } from './subject.js';

/** Nest's own NATS transport, which knows no streams. */
export const subject: Subject = {
  serve: (plan) =>
    serveNest(controllersFor(plan), {
      transport: Transport.NATS,
      options: { servers: [plan.url] },
    }),
  connect: client,
};

async function client(url: string): Promise<BenchClient> {
  // it logs each change of its connection
  Logger.overrideLogger(['error', 'warn', 'fatal']);
  const proxy = ClientProxyFactory.create({
    transport: Transport.NATS,
    options: { servers: [url] },
  });
  await proxy.connect();
  return {
    emit: (subject, data) => void proxy.emit(subject, data),
    sent: () => undefined,
    request: (subject, data) => firstValueFrom(proxy.send(subject, data)),
    close: async () => {
      await proxy.close();
    },
  };
}
