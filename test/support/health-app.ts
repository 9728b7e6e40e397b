import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import { NatsStrategy } from 'nestjs-nats';
import { httpApp, startHybrid } from './http-app.js';
import type { NatsBench } from './nats-bench.js';

/** What a probe of an orchestrator sees. */
export interface HealthAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An application whose probes can be asked. */
export interface HttpApp {
  readonly nest: INestApplication;
  get(path: string): Promise<HealthAnswer>;
}

/** Starts an application with the strategy of its `NatsModule`; the bench closes it. */
export async function httpAppOf(bench: NatsBench, metadata: ModuleMetadata): Promise<HttpApp> {
  const nest = await httpApp(bench, metadata);
  const url = await startHybrid(nest, [nest.get(NatsStrategy)]);
  return {
    nest,
    get: async (path) => {
      const response = await fetch(`${url}/${path}`);
      return { status: response.status, body: await response.json() };
    },
  };
}
