import { Order } from '../order/order.entity.js';
import type { Schema } from './data-source-options.js';
import { CreateOrders1760000000001 } from './migrations/1760000000001-create-orders.js';

/** What the shop keeps. */
export const SCHEMA: Schema = { entities: [Order], migrations: [CreateOrders1760000000001] };
