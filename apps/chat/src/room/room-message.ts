import { token } from 'nestjs-nats';
import { z } from 'zod';
import { chatName, chatText } from '../session/names.js';

/** What travels on the subject of a room. */
export const roomMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('message'),
    id: z.uuid(),
    from: chatName,
    text: chatText,
    at: z.iso.datetime(),
    /** The instance by which it came. */
    via: z.string().max(64),
  }),
  z.object({ kind: z.enum(['joined', 'left']), user: chatName, at: z.iso.datetime() }),
]);
export type RoomMessage = z.output<typeof roomMessage>;

/** Whatever characters a name has, it is one token: a room called `>` is a room. */
export function roomSubject(room: string): string {
  return `chat.room.${token(room)}`;
}
