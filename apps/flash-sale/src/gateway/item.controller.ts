import {
  Body,
  Controller,
  Get,
  NotFoundException,
  Param,
  Post,
  Req,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { sendPage } from './pages/page.js';
import { refusalPage } from './pages/refusal-page.js';
import { salePage } from './pages/sale-page.js';
import { purchaseDraft } from './purchase.schema.js';
import type { PurchaseDraft } from './purchase.schema.js';
import { isRefusalReason, Refusal, statusOf } from './refusal.js';
import { SaleService } from './sale.service.js';
import { wantsPage } from './wants-page.js';

/** After how many seconds a refused buyer should try again. */
const RETRY_AFTER_S = '2';

/** Shows what is on sale, and takes purchases: JSON for programs, pages for browsers. */
@Controller('flash-sale/v1/items/:item')
export class ItemController {
  constructor(private readonly sale: SaleService) {}

  @Get()
  async show(
    @Param('item') item: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    this.sale.check(item);
    const state = await this.sale.find(item);
    if (wantsPage(request)) sendPage(response, 200, salePage(item, state));
    else if (state) response.json({ item, ...state });
    else throw new ServiceUnavailableException('No worker can be asked at the moment.');
  }

  /** Answers 202 with a ticket; a browser is sent to the ticket's page, or to one that says why it got none. */
  @Post('buy')
  async buy(
    @Param('item') item: string,
    @Body({ schema: purchaseDraft }) { user }: PurchaseDraft,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    this.sale.check(item);
    const page = wantsPage(request);
    try {
      const ticket = await this.sale.buy(item, user);
      const url = `/flash-sale/v1/tickets/${ticket}`;
      if (page) response.redirect(303, url);
      else response.status(202).location(url).json({ ticket, item, status: 'queued', url });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.set('Retry-After', RETRY_AFTER_S);
      if (!page) throw error;
      response.redirect(303, `/flash-sale/v1/items/${item}/${error.reason}`);
    }
  }

  /** Where browsers are sent whose purchase was not taken, or may not have been: `busy`, `away`, `unknown`. */
  @Get(':reason')
  refused(
    @Param('item') item: string,
    @Param('reason') reason: string,
    @Res() response: Response,
  ): void {
    this.sale.check(item);
    if (!isRefusalReason(reason)) throw new NotFoundException();
    response.set('Retry-After', RETRY_AFTER_S);
    sendPage(response, statusOf(reason), refusalPage(item, reason));
  }
}
