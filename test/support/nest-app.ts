import { type INestMicroservice, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { NatsStrategy, type NatsStrategyOptions } from 'nestjs-nats';

/** A microservice and the strategy it is served by. */
export interface Microservice {
  readonly app: INestMicroservice;
  readonly strategy: NatsStrategy;
}

/** Creates a microservice of these controllers, quiet, on a strategy of its own. It is not listening yet. */
export async function createMicroservice(
  controllers: Type[],
  options: NatsStrategyOptions,
  providers: Type[] = [],
): Promise<Microservice> {
  class TestModule {}
  Module({ controllers, providers })(TestModule);
  const strategy = new NatsStrategy(options);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(TestModule, {
    strategy,
    logger: false,
    abortOnError: false,
  });
  return { app, strategy };
}
