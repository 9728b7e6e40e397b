import type { Codec } from 'nestjs-nats';
import { protobufBySubject } from 'nestjs-nats/protobuf';
import { RoomMessageSchema, UserMessageSchema, WhoMessageSchema } from './messages.js';

/** The codecs an instance may be set to. */
export const CODECS = ['json', 'proto'] as const;

/** Gives the codec of that name for everything that instances say to each other. */
export function codecOf(name: (typeof CODECS)[number]): Codec | 'json' {
  if (name === 'json') return 'json';
  return protobufBySubject({
    'chat.room.*': RoomMessageSchema,
    'chat.user.*': UserMessageSchema,
    'chat.who': WhoMessageSchema,
  });
}
