import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from 'app-kit/config/environment';
import { readShopWorkerConfig } from './shop-worker.config.js';

describe('the configuration of a worker', () => {
  it.each([
    ['', ['points', 'coupon', 'notification']],
    ['points', ['points']],
    [' coupon , points,coupon', ['coupon', 'points']],
  ])('SHOP_WORKER=%j', (SHOP_WORKER, steps) => {
    expect(readShopWorkerConfig({ SHOP_WORKER }).steps).toEqual(steps);
  });

  it.each(['Points', 'points,', 'points;coupon', 'constructor'])(
    'refuses SHOP_WORKER=%s',
    (SHOP_WORKER) => {
      expect(() => readShopWorkerConfig({ SHOP_WORKER })).toThrow(ConfigurationError);
      expect(() => readShopWorkerConfig({ SHOP_WORKER })).toThrow(
        /SHOP_WORKER = .* is no step.*expected .*points, coupon, notification/,
      );
    },
  );

  it('takes PostgreSQL over the file', () => {
    const DATABASE_URL = 'postgres://shop@127.0.0.1/shop';
    expect(readShopWorkerConfig({ DATABASE_URL, DATABASE_FILE: 'x.sqlite' }).database).toEqual({
      kind: 'postgres',
      url: DATABASE_URL,
    });
    expect(readShopWorkerConfig({ DATABASE_FILE: 'x.sqlite' }).database).toEqual({
      kind: 'sqlite',
      file: 'x.sqlite',
    });
  });
});
