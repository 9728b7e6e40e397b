import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { FLASH_SALE_CONFIG, type FlashSaleConfig } from '../config/flash-sale.config.js';
import type { Decision, ItemState, Purchase } from '../sale/messages.js';
import { DecidedTicket } from './decided-ticket.entity.js';
import { SaleItem } from './sale-item.entity.js';
import { SaleOrder } from './sale-order.entity.js';
import { Turns } from './turns.js';

type Decided = Pick<DecidedTicket, 'outcome' | 'order'>;

/**
 * Decides purchases, each in a transaction of its own. All of them take turns, and reading does, too:
 * SQLite has one connection, so whoever came in between would take part in the transaction.
 */
@Injectable()
export class SaleRepository {
  private readonly turns = new Turns();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(FLASH_SALE_CONFIG) private readonly config: FlashSaleConfig,
  ) {}

  /** Puts the items up for sale that are not yet. The stock of others stays what it is. */
  offer(items: ReadonlyMap<string, number>): Promise<void> {
    const rows = [...items].map(([item, stock]) => ({ item, stock, available: stock }));
    return this.turns.take(async () => {
      const insert = this.dataSource.createQueryBuilder().insert().into(SaleItem).values(rows);
      await insert.orIgnore().updateEntity(false).execute();
    });
  }

  /** Decides a purchase, unless it is decided. */
  decide(purchase: Purchase): Promise<void> {
    return this.turns.take(async () => {
      const { manager } = this.dataSource;
      // a stock that is used up stays so: nobody has to wait for a lock to hear of it
      if (!(await isSoldOut(manager, purchase.item))) {
        await manager.transaction((transaction) => this.decideIn(transaction, purchase));
        return;
      }
      const outcome = (await hasBought(manager, purchase)) ? 'already-bought' : 'sold-out';
      const row = this.row(purchase, { outcome, order: null });
      const insert = manager.createQueryBuilder().insert().into(DecidedTicket).values(row);
      await insert.orIgnore().updateEntity(false).execute();
    });
  }

  /** What a purchase came to, if it is decided. */
  find(ticket: string): Promise<Decision> {
    return this.turns.take(async () => {
      const decided = await this.dataSource.manager.findOneBy(DecidedTicket, { ticket });
      return { outcome: decided?.outcome ?? null, order: decided?.order ?? null };
    });
  }

  /** How the sale of an item goes, if it is on sale. */
  state(item: string): Promise<ItemState | undefined> {
    return this.turns.take(async () => {
      const { manager } = this.dataSource;
      const found = await manager.findOneBy(SaleItem, { item });
      if (!found) return undefined;
      const counts = await manager
        .createQueryBuilder(DecidedTicket, 'ticket')
        .select('ticket.outcome', 'outcome')
        .addSelect('COUNT(*)', 'count')
        .where({ item })
        .groupBy('ticket.outcome')
        .getRawMany<{ outcome: string; count: number | string }>();
      const decided = { won: 0, 'sold-out': 0, 'already-bought': 0 };
      // PostgreSQL counts in 64 bits, which its driver gives as text
      for (const { outcome, count } of counts) Object.assign(decided, { [outcome]: Number(count) });
      const orders = await manager.countBy(SaleOrder, { item });
      return { stock: found.stock, left: found.available, orders, decided };
    });
  }

  private async decideIn(transaction: EntityManager, purchase: Purchase): Promise<void> {
    const { ticket, item } = purchase;
    // changes nothing but locks the item, in all processes: whatever is read next stays true
    await transaction.update(SaleItem, { item }, { available: () => 'available' });
    if (await transaction.existsBy(DecidedTicket, { ticket })) return;
    const decision = await decisionIn(transaction, purchase);
    await transaction.insert(DecidedTicket, this.row(purchase, decision));
  }

  private row({ ticket, item }: Purchase, decision: Decided): DecidedTicket {
    return { ticket, item, ...decision, decidedBy: this.config.name };
  }
}

async function decisionIn(transaction: EntityManager, purchase: Purchase): Promise<Decided> {
  if (await hasBought(transaction, purchase)) return { outcome: 'already-bought', order: null };
  const { item, user } = purchase;
  if (await isSoldOut(transaction, item)) return { outcome: 'sold-out', order: null };
  await transaction.decrement(SaleItem, { item }, 'available', 1);
  const order = randomUUID();
  await transaction.insert(SaleOrder, { id: order, item, user });
  return { outcome: 'won', order };
}

function hasBought(manager: EntityManager, { item, user }: Purchase): Promise<boolean> {
  return manager.existsBy(SaleOrder, { item, user });
}

/** Also of what was never on sale. */
async function isSoldOut(manager: EntityManager, item: string): Promise<boolean> {
  return ((await manager.findOneBy(SaleItem, { item }))?.available ?? 0) === 0;
}
