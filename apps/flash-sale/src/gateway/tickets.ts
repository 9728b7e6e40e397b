import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { FLASH_SALE_CONFIG } from '../config/flash-sale.config.js';
import type { FlashSaleConfig } from '../config/flash-sale.config.js';

/** 128 bits, in base64url. */
const SIGNATURE_CHARS = 22;

/** What stands before the first dash of a UUID. */
const SHORT_CHARS = 8;

/** A ticket as people tell it from others; only the whole of it proves anything. */
export function shortTicket(ticket: string): string {
  const start = ticket.indexOf('.') + 1;
  return ticket.slice(start, start + SHORT_CHARS);
}

/**
 * Gives out tickets that prove themselves: `<item>.<uuid>.<signature>`. So a gateway keeps no list of
 * those it gave, and knows one that another gateway gave from one that somebody made up.
 */
@Injectable()
export class Tickets {
  constructor(@Inject(FLASH_SALE_CONFIG) private readonly config: FlashSaleConfig) {}

  /** A new ticket. */
  issue(item: string): string {
    const claim = `${item}.${randomUUID()}`;
    return `${claim}.${this.sign(claim)}`;
  }

  /** The item of a ticket, or nothing when it is none of ours. */
  itemOf(ticket: string): string | undefined {
    const end = ticket.lastIndexOf('.');
    const given = Buffer.from(ticket.slice(end + 1));
    const right = Buffer.from(this.sign(ticket.slice(0, Math.max(0, end))));
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    return ticket.slice(0, ticket.indexOf('.'));
  }

  private sign(claim: string): string {
    const mac = createHmac('sha256', this.config.ticketSecret).update(claim);
    return mac.digest('base64url').slice(0, SIGNATURE_CHARS);
  }
}
