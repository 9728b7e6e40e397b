import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { REPORT_PATH, Rejections } from '../report/rejections.js';
import { answerOf, type HttpAnswer } from './http-answer.js';

const INTERNAL: HttpAnswer = { code: 500, msg: 'Internal error. It has been logged.' };

/**
 * Gives every error of the HTTP side the one shape `{ code, msg }`, and announces the reports that are
 * refused for what they are: the body parser refuses some before any controller sees them.
 */
@Catch()
export class AnswerFilter implements ExceptionFilter {
  private readonly logger = new Logger(AnswerFilter.name);

  constructor(private readonly rejections: Rejections) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const isStatement = error instanceof HttpException;
    if (!isStatement) this.logger.error(error);
    const answer = isStatement ? answerOf(error) : INTERNAL;
    if (request.path === `/${REPORT_PATH}` && answer.code < 500) {
      this.rejections.announce(answer, request.body);
    }
    if (response.headersSent) response.end();
    else response.status(answer.code).json(answer);
  }
}
