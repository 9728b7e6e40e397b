import { Controller } from '@nestjs/common';
import { Payload, RpcException } from '@nestjs/microservices';
import { Respond } from 'nestjs-nats';
import { z } from 'zod';
import type { Decision, ItemState } from '../sale/messages.js';
import { type DeskStats, SaleDesk } from './sale-desk.js';
import { SaleRepository } from './sale.repository.js';

const ticketQuery = z.object({ ticket: z.string().min(1) });
type TicketQuery = z.output<typeof ticketQuery>;

const itemQuery = z.object({ item: z.string().min(1) });
type ItemQuery = z.output<typeof itemQuery>;

/** One process answers. */
const ONE = { queue: 'flash-sale-worker' };

/** Answers the questions of gateways. */
@Controller()
export class SaleQueryController {
  constructor(
    private readonly sale: SaleRepository,
    private readonly desk: SaleDesk,
  ) {}

  /** What a ticket came to. */
  @Respond('flash-sale.tickets.find', ONE)
  ticket(@Payload({ schema: ticketQuery }) { ticket }: TicketQuery): Promise<Decision> {
    return this.sale.find(ticket);
  }

  /** How the sale of an item goes. */
  @Respond('flash-sale.items.find', ONE)
  async item(@Payload({ schema: itemQuery }) { item }: ItemQuery): Promise<ItemState> {
    const state = await this.sale.state(item);
    if (state) return state;
    throw new RpcException({ code: 'NOT_FOUND', message: 'this is not on sale', status: 404 });
  }

  /** What each process has done; all of them answer. */
  @Respond('flash-sale.workers.find', { queue: '' })
  worker(): DeskStats {
    return this.desk.stats;
  }
}
