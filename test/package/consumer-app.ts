// The app of both consumers: CommonJS on Nest 11 and ES modules on Nest 12 compile this one file.
// Prints what it saw as one line of JSON, and then ends by itself: an open handle would keep it.
import 'reflect-metadata';
import { Controller, Module, NotFoundException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type AsyncMicroserviceOptions,
  ClientsModule,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
} from '@nestjs/microservices';
import {
  isRemoteError,
  NatsClient,
  NatsMessageContext,
  NatsModule,
  NatsStrategy,
} from 'nestjs-nats';

const servers = [process.env['NATS_SERVERS'] ?? ''];

let seeEvent: (event: unknown) => void;
const event = new Promise<unknown>((resolve) => (seeEvent = resolve));

@Controller()
class SumController {
  @EventPattern('numbers.received')
  onNumbers(@Payload() numbers: readonly number[]): void {
    seeEvent(numbers);
  }

  @MessagePattern('numbers.sum')
  sum(@Payload() numbers: readonly number[], @Ctx() context: NatsMessageContext) {
    return {
      sum: numbers.reduce((total, number) => total + number, 0),
      subject: context.getSubject(),
    };
  }

  @MessagePattern('numbers.find')
  find(@Payload() number: number): never {
    throw new NotFoundException(`no ${number}`);
  }
}

@Module({
  imports: [
    NatsModule.forRoot({ servers }),
    ClientsModule.register([{ name: 'NATS', customClass: NatsClient, options: { servers } }]),
  ],
  controllers: [SumController],
})
class AppModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(AppModule, {
    inject: [NatsStrategy],
    useFactory: (strategy: NatsStrategy) => ({ strategy }),
    logger: ['error', 'warn'],
  });
  await app.listen();
  const client = app.get<NatsClient>('NATS');
  await client.publish('numbers.received', [1, 2]);
  const reply = await client.request('numbers.sum', [3, 4]);
  // what Nest would hide without the module's filter
  const refusal = await client.request('numbers.find', 5).catch((error: unknown) => error);
  const refused = isRemoteError(refusal) && [refusal.code, refusal.message];
  console.log(JSON.stringify({ event: await event, reply, refused }));
  await app.close();
}

void main();
