import { createFileRegistry, type DescMessage, fromJson } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

const text = (name: string, number: number) => ({ name, number, type: 'TYPE_STRING' });

/** The content of `chat.proto`: three messages are less than a generator and what it generates. */
const file = fromJson(FileDescriptorProtoSchema, {
  name: 'chat.proto',
  package: 'chat',
  syntax: 'proto3',
  messageType: [
    {
      name: 'RoomMessage',
      field: ['kind', 'id', 'from', 'text', 'at', 'via', 'user'].map((name, at) =>
        text(name, at + 1),
      ),
    },
    {
      name: 'UserMessage',
      field: [
        ...['kind', 'from', 'text', 'at', 'via'].map((name, at) => text(name, at + 1)),
        { name: 'arrived', number: 6, type: 'TYPE_BOOL' },
      ],
    },
    {
      name: 'WhoMessage',
      field: [
        text('room', 1),
        text('instance', 2),
        { ...text('users', 3), label: 'LABEL_REPEATED' },
      ],
    },
  ],
});

const registry = createFileRegistry(file, () => undefined);

function typeOf(name: string): DescMessage {
  const found = registry.getMessage(`chat.${name}`);
  if (found === undefined) throw new Error(`There is no message type chat.${name}`);
  return found;
}

export const RoomMessageSchema = typeOf('RoomMessage');
export const UserMessageSchema = typeOf('UserMessage');
export const WhoMessageSchema = typeOf('WhoMessage');
