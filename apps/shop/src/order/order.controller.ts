import { Body, Controller, Get, NotFoundException, Param, Post, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { type OrderView, orderView } from './order-view.js';
import { OrderRepository } from './order.repository.js';
import { orderDraft, orderParams, placeQuery } from './order.schema.js';
import type { OrderDraft, OrderParams, PlaceQuery } from './order.schema.js';
import { OrderService } from './order.service.js';

/** An order that was just taken. */
interface PlacedView {
  readonly order: OrderView;
  /** How long it took, in milliseconds: all of it, and its parts. */
  readonly elapsedMs: number;
  readonly partsMs: Readonly<Record<string, number>>;
}

/** Takes orders over HTTP, and shows how far they are. */
@Controller('shop/v1/orders')
export class OrderController {
  constructor(
    private readonly service: OrderService,
    private readonly orders: OrderRepository,
  ) {}

  @Post()
  async place(
    @Query({ schema: placeQuery }) { mode }: PlaceQuery,
    @Body({ schema: orderDraft }) draft: OrderDraft,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PlacedView> {
    const { order, stopwatch } = await this.service.place(draft, mode);
    response.location(`/shop/v1/orders/${order.id}`);
    return { order: orderView(order), elapsedMs: stopwatch.elapsedMs, partsMs: stopwatch.parts };
  }

  @Get(':id')
  async show(@Param({ schema: orderParams }) { id }: OrderParams): Promise<OrderView> {
    const order = await this.orders.find(id);
    if (order) return orderView(order);
    throw new NotFoundException('There is no such order.');
  }
}
