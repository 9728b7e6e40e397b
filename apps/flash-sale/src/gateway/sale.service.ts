import { Inject, Injectable, Logger, NotFoundException } from '@nestjs/common';
import { InjectNatsClient, isNatsTransportError, isRemoteError, NatsClient } from 'nestjs-nats';
import { FLASH_SALE_CONFIG } from '../config/flash-sale.config.js';
import type { FlashSaleConfig } from '../config/flash-sale.config.js';
import { decisionMessage, itemMessage, type Purchase } from '../sale/messages.js';
import type { Decision, ItemState } from '../sale/messages.js';
import { refusal } from './refusal.js';
import { Tickets } from './tickets.js';

/** A ticket and what it came to. */
export interface TicketState extends Decision {
  readonly ticket: string;
  readonly item: string;
}

/**
 * The gateway's side of the sale. It never touches the database: a purchase goes into the queue, and
 * what came of it is a question to the workers.
 */
@Injectable()
export class SaleService {
  private readonly logger = new Logger(SaleService.name);

  constructor(
    private readonly tickets: Tickets,
    @InjectNatsClient() private readonly nats: NatsClient,
    @Inject(FLASH_SALE_CONFIG) private readonly config: FlashSaleConfig,
  ) {}

  /** @throws NotFoundException for an item that is not on sale */
  check(item: string): void {
    if (!this.config.items.has(item)) throw new NotFoundException('This is not on sale.');
  }

  /**
   * Puts a purchase into the queue.
   *
   * @returns its ticket, once the stream has it
   * @throws Refusal when the queue is full, or away, or has not said whether it has the purchase
   */
  async buy(item: string, user: string): Promise<string> {
    const ticket = this.tickets.issue(item);
    const purchase: Purchase = { ticket, item, user };
    const options = { msgId: ticket, timeoutMs: this.config.timeoutMs };
    try {
      await this.nats.publish(`flash-sale.purchases.${item}`, purchase, options);
      return ticket;
    } catch (error) {
      // a full queue is business as usual, many times a second
      if (!isNatsTransportError(error, 'STREAM_FULL')) {
        this.logger.warn(`A purchase was refused: ${String(error)}`);
      }
      throw refusal(error);
    }
  }

  /**
   * Looks at a ticket. Nothing: no worker can be asked at the moment.
   *
   * @throws NotFoundException when nobody has given out such a ticket
   */
  async look(ticket: string): Promise<TicketState | undefined> {
    const item = this.tickets.itemOf(ticket);
    if (item === undefined) throw new NotFoundException('There is no such ticket.');
    const answer = await this.ask('flash-sale.tickets.find', { ticket });
    return answer === undefined ? undefined : { ticket, item, ...decisionMessage.parse(answer) };
  }

  /** How the sale of an item goes. Nothing: no worker can be asked at the moment. */
  async find(item: string): Promise<ItemState | undefined> {
    const answer = await this.ask('flash-sale.items.find', { item });
    return answer === undefined ? undefined : itemMessage.parse(answer);
  }

  private async ask(subject: string, question: object): Promise<unknown> {
    try {
      return await this.nats.request(subject, question, { timeoutMs: this.config.timeoutMs });
    } catch (error) {
      if (!isNatsTransportError(error) && !isRemoteError(error)) throw error;
      this.logger.warn(`${subject} was not answered: ${String(error)}`);
      return undefined;
    }
  }
}
