import {
  createParamDecorator,
  type ExecutionContext,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import type { NatsMessageContext } from '../message/context.js';

/** Injects the value of a named token of the subject, through pipes if any are given. */
export const NatsParam: (
  name: string,
  ...pipes: (Type<PipeTransform> | PipeTransform)[]
) => ParameterDecorator = createParamDecorator(
  (name: string, host: ExecutionContext) =>
    host.switchToRpc().getContext<NatsMessageContext>().params[name],
);
