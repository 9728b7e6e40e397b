import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { HealthModule } from 'app-kit/health/health.module';
import { Shutdown } from 'app-kit/lifecycle/shutdown';
import { NatsListener } from 'app-kit/nats/nats-listener';
import { StrategyCheck } from 'app-kit/nats/strategy-check';
import { NatsModule } from 'nestjs-nats';
import { CHAT_CONFIG, type ChatConfig } from './config/chat.config.js';
import { ChatController } from './http/chat.controller.js';
import { People } from './room/people.js';
import { Rooms } from './room/rooms.js';
import { WhoController } from './room/who.controller.js';
import { DirectMessages } from './session/direct-messages.js';
import { Heartbeat } from './session/heartbeat.js';
import { Members } from './session/members.js';
import { Sessions } from './session/sessions.js';
import { Talk } from './session/talk.js';
import { codecOf } from './wire/codec.js';

/** The chat: rooms that all instances share, and messages from one user to another. */
@Module({})
export class AppModule {
  static forConfig(config: ChatConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        NatsModule.forRoot({
          ...config.nats,
          codec: codecOf(config.codec),
          name: config.name,
          connectTimeoutMs: 2000,
        }),
        HealthModule.forRoot({ checks: [StrategyCheck] }),
      ],
      controllers: [ChatController, WhoController],
      providers: [
        DirectMessages,
        Heartbeat,
        Members,
        NatsListener,
        People,
        Rooms,
        Sessions,
        Shutdown,
        Talk,
        { provide: CHAT_CONFIG, useValue: config },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
      ],
    };
  }
}
