import { Body, Controller, HttpCode, Post, Res, UseGuards } from '@nestjs/common';
import { JsonBodyGuard } from 'app-kit/http/json-body.guard';
import type { Response } from 'express';
import { type HttpAnswer, SUCCESS } from '../http/http-answer.js';
import { REPORT_PATH } from './rejections.js';
import { reportSchema } from './report.schema.js';
import type { Report } from './report.schema.js';
import { ReportService } from './report.service.js';

/** Takes reports over HTTP. */
@Controller(REPORT_PATH)
@UseGuards(JsonBodyGuard)
export class ReportController {
  constructor(private readonly reports: ReportService) {}

  /** Answers success once the stream has stored the report; its id is in the header `X-Message-Id`. */
  @Post()
  @HttpCode(200)
  async report(
    @Body({ schema: reportSchema }) report: Report,
    @Res({ passthrough: true }) response: Response,
  ): Promise<HttpAnswer> {
    const msgId = await this.reports.publish(report);
    response.setHeader('X-Message-Id', msgId);
    return SUCCESS;
  }
}
