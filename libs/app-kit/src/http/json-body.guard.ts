import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { Request } from 'express';

/** Lets through requests that say their body is JSON; others get 415. */
@Injectable()
export class JsonBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    // null means there is no body: that is for the validation to say
    if (request.is('application/json') === false) {
      throw new UnsupportedMediaTypeException('The Content-Type must be application/json.');
    }
    return true;
  }
}
