import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { Response } from 'express';
import { answerOf, type HttpAnswer } from './http-answer.js';

const INTERNAL: HttpAnswer = { code: 500, msg: 'Internal error. It has been logged.' };

/** Gives every error of the HTTP side the one shape `{ code, msg }`. */
@Catch()
export class AnswerFilter implements ExceptionFilter {
  private readonly logger = new Logger(AnswerFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const isStatement = error instanceof HttpException;
    if (!isStatement) this.logger.error(error);
    const answer = isStatement ? answerOf(error) : INTERNAL;
    if (response.headersSent) response.end();
    else response.status(answer.code).json(answer);
  }
}
