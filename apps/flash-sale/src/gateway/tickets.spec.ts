import { describe, expect, it } from '@jest/globals';
import { readFlashSaleConfig } from '../config/flash-sale.config.js';
import { shortTicket, Tickets } from './tickets.js';

const ticketsWith = (FLASH_SALE_TICKET_SECRET: string) =>
  new Tickets(readFlashSaleConfig({ FLASH_SALE_TICKET_SECRET }));
const tickets = ticketsWith('0123456789abcdef');

describe('a ticket', () => {
  it('names its item, and is a part of an address as it is', () => {
    const ticket = tickets.issue('t-shirt');
    expect(tickets.itemOf(ticket)).toBe('t-shirt');
    expect(encodeURIComponent(ticket)).toBe(ticket);
    expect(tickets.issue('t-shirt')).not.toBe(ticket);
  });

  it('is shown by a few letters of it', () => {
    const ticket = tickets.issue('t-shirt');
    expect(shortTicket(ticket)).toMatch(/^[0-9a-f]{8}$/);
    expect(ticket).toContain(`t-shirt.${shortTicket(ticket)}-`);
  });

  it('is known to another gateway with the same secret, and to no other', () => {
    const ticket = tickets.issue('mug');
    expect(ticketsWith('0123456789abcdef').itemOf(ticket)).toBe('mug');
    expect(ticketsWith('fedcba9876543210').itemOf(ticket)).toBeUndefined();
  });

  it.each([
    ['another item', (ticket: string) => ticket.replace('mug', 'cup')],
    ['another signature', (ticket: string) => `${ticket.slice(0, -1)}!`],
    ['no signature', (ticket: string) => ticket.slice(0, ticket.lastIndexOf('.'))],
    ['an empty signature', (ticket: string) => ticket.slice(0, ticket.lastIndexOf('.') + 1)],
    ['a letter of several bytes', (ticket: string) => `${ticket.slice(0, -1)}é`],
    ['nothing at all', () => ''],
    ['a dot', () => '.'],
  ])('with %s is none', (_, change) => {
    expect(tickets.itemOf(change(tickets.issue('mug')))).toBeUndefined();
  });
});
