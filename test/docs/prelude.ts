/**
 * Is what examples may use without declaring it: the values of a made-up shop, and the objects that
 * the text around an example speaks of. Whatever comes from a package, examples import.
 */
export const PRELUDE = `
import type { INestApplication, Type } from '@nestjs/common';
import type { NatsClient, NatsStrategy } from 'nestjs-nats';
import type { DescMessage } from '@bufbuild/protobuf';

declare global {
  interface Order {
    id: string;
    total: number;
    lines: { sku: string; amount: number }[];
  }
  interface Query {
    sku: string;
  }
  interface Quote {
    sku: string;
    cents: number;
  }
  const order: Order;
  const query: Query;
  const client: NatsClient;
  const strategy: NatsStrategy;
  const app: INestApplication;
  const AppModule: Type;
  const OrderSchema: DescMessage;
  const QuerySchema: DescMessage;
  const QuoteSchema: DescMessage;
}
`;
