import { describe, expect, it } from '@jest/globals';
import { readFlashSaleConfig } from './flash-sale.config.js';

describe('the configuration of the sale', () => {
  it.each([
    ['mug:10', [['mug', 10]]],
    [
      ' mug:1 , t-shirt-2:0',
      [
        ['mug', 1],
        ['t-shirt-2', 0],
      ],
    ],
  ])('FLASH_SALE_ITEMS=%j', (FLASH_SALE_ITEMS, items) => {
    expect([...readFlashSaleConfig({ FLASH_SALE_ITEMS }).items]).toEqual(items);
  });

  it.each([
    ['mug', 1],
    ['mug:', 1],
    ['mug:-1', 1],
    ['mug:1,', 2],
    ['Mug:1', 1],
    ['a.b:1', 1],
    ['>:1', 1],
    ['mug:1,mug:2', 2],
  ])('refuses FLASH_SALE_ITEMS=%s', (FLASH_SALE_ITEMS, entry) => {
    expect(() => readFlashSaleConfig({ FLASH_SALE_ITEMS })).toThrow(`has an entry ${entry} that`);
  });

  it.each([
    ['', ['gateway', 'worker']],
    ['worker', ['worker']],
    ['gateway , gateway', ['gateway']],
  ])('FLASH_SALE_ROLES=%j', (FLASH_SALE_ROLES, roles) => {
    expect([...readFlashSaleConfig({ FLASH_SALE_ROLES }).roles]).toEqual(roles);
  });

  it('refuses a role that is none', () => {
    expect(() => readFlashSaleConfig({ FLASH_SALE_ROLES: 'cashier' })).toThrow(
      /"cashier", which is no role; expected .*gateway, worker/,
    );
  });

  it('has no secret of its own in production, and never shows one', () => {
    expect(() => readFlashSaleConfig({ NODE_ENV: 'production' })).toThrow(
      /FLASH_SALE_TICKET_SECRET is not set/,
    );
    expect(() => readFlashSaleConfig({ FLASH_SALE_TICKET_SECRET: 'short' })).toThrow(
      /FLASH_SALE_TICKET_SECRET \(value hidden\) is too short/,
    );
  });
});
