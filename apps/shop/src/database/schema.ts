import type { Schema } from 'app-kit/database/data-source-options';
import { Order } from '../order/order.entity.js';
import { CreateOrders1760000000001 } from './migrations/1760000000001-create-orders.js';

/** What the shop keeps. */
export const SCHEMA: Schema = { entities: [Order], migrations: [CreateOrders1760000000001] };
