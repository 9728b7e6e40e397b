import { Controller, Get, Param, Req, Res, ServiceUnavailableException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { sendPage } from './pages/page.js';
import { ticketPage } from './pages/ticket-page.js';
import { SaleService } from './sale.service.js';
import { wantsPage } from './wants-page.js';

/** Shows what a ticket came to. */
@Controller('flash-sale/v1/tickets/:ticket')
export class TicketController {
  constructor(private readonly sale: SaleService) {}

  @Get()
  async show(
    @Param('ticket') ticket: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const state = await this.sale.look(ticket);
    if (wantsPage(request)) {
      sendPage(response, 200, ticketPage(ticket, state));
      return;
    }
    if (!state) throw new ServiceUnavailableException('No worker can be asked at the moment.');
    const { item, outcome, order } = state;
    const answer = { ticket, item, status: outcome ?? 'queued', ...(order !== null && { order }) };
    response.set('Cache-Control', 'no-store').json(answer);
  }
}
