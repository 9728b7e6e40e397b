import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { BenchServer } from '../subjects/subject.js';

/** Starts a Nest microservice with these controllers. */
export async function serveNest(
  controllers: Type[],
  options: MicroserviceOptions,
): Promise<BenchServer> {
  class BenchModule {}
  Module({ controllers })(BenchModule);
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(BenchModule, {
    ...options,
    logger: ['error', 'warn', 'fatal'],
  });
  await app.listen();
  return { close: () => app.close() };
}
