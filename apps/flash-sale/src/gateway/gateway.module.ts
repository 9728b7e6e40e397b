import { Module } from '@nestjs/common';
import { ItemController } from './item.controller.js';
import { SaleService } from './sale.service.js';
import { TicketController } from './ticket.controller.js';
import { Tickets } from './tickets.js';

/** Takes purchases over HTTP. It has no subscriptions and no database. */
@Module({
  controllers: [ItemController, TicketController],
  providers: [SaleService, Tickets],
})
export class GatewayModule {}
