import type { Schema } from 'app-kit/database/data-source-options';
import { DecidedTicket } from '../worker/decided-ticket.entity.js';
import { SaleItem } from '../worker/sale-item.entity.js';
import { SaleOrder } from '../worker/sale-order.entity.js';
import { CreateSaleTables1760000000003 } from './migrations/1760000000003-create-sale-tables.js';

/** What the workers keep. */
export const SCHEMA: Schema = {
  entities: [SaleItem, SaleOrder, DecidedTicket],
  migrations: [CreateSaleTables1760000000003],
};
