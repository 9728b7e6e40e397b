import { describe, expect, it } from '@jest/globals';
import { type Mutation, TypeCheck } from './compile.js';

const FILES = ['decorators', 'client', 'server'].map((name) => `test/types/${name}.types.ts`);
const SRC = 'libs/nestjs-nats/src';
const check = new TypeCheck(FILES);

describe('the public types', () => {
  it('allow what they should, and nothing else', () => {
    // a @ts-expect-error before a line that compiles is a fault too
    expect(check.faults()).toEqual([]);
  });

  // what the check is worth: these changes must not go unnoticed
  it.each<Mutation>([
    {
      file: `${SRC}/decorators/handler-options.ts`,
      from: 'concurrency?: number',
      to: 'concurrency?: number | string',
    },
    {
      file: `${SRC}/decorators/subscribe.decorator.ts`,
      from: 'options: NatsHandlerOptions = {}',
      to: 'options: object = {}',
    },
    {
      file: `${SRC}/decorators/subscribe.decorator.ts`,
      from: '): MethodDecorator {',
      to: '): (target: object, key: string, method: TypedPropertyDescriptor<() => unknown>) => void {',
    },
    {
      file: `${SRC}/codec/registry.ts`,
      from: 'export type CodecName = keyof typeof BUILT_IN',
      to: 'export type CodecName = string',
    },
    {
      file: `${SRC}/client/nats.client.ts`,
      from: '  request<TResult = unknown>(',
      to: '  request<TResult = string>(',
    },
    { file: `${SRC}/client/call-options.ts`, from: "confirm?: 'flush'", to: 'confirm?: unknown' },
    {
      file: `${SRC}/module/nats.module.ts`,
      from: 'NatsModuleOptions | Promise<NatsModuleOptions>',
      to: 'unknown',
    },
    {
      file: `${SRC}/server/registration.ts`,
      from: 'data: TData, context',
      to: 'data: unknown, context',
    },
  ])('would notice "$to" instead of "$from"', (mutation) => {
    expect(check.faults(mutation)).not.toEqual([]);
  });
});
