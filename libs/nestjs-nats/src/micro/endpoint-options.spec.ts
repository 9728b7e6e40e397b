import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { endpointFaults, resolveEndpoint } from './endpoint-options.js';
import { isServiceName } from './service-name.js';

describe('resolveEndpoint', () => {
  it.each([
    ['price.quote', 'price_quote'],
    ['orders.:orderId.get', 'orders_orderId_get'],
    ['orders.*.>', 'orders_any_rest'],
    ['{"cmd":"sum"}', '__cmd___sum__'],
    ['größe', 'gr__e'],
  ])('names the endpoint on %s %s', (pattern, name) => {
    expect(resolveEndpoint(undefined, pattern)).toEqual({ name, metadata: {} });
  });

  it('takes the name that is given', () => {
    const metadata = { unit: 'cents' };
    expect(resolveEndpoint({ name: 'quote', metadata }, 'price.quote')).toEqual({
      name: 'quote',
      metadata,
    });
  });

  it('gives every pattern a name that endpoints may have', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (pattern) => {
        const { name } = resolveEndpoint(undefined, pattern);
        expect(name === '' || isServiceName(name)).toBe(true);
      }),
    );
  });
});

describe('endpointFaults', () => {
  it.each([[undefined], [{}], [{ name: 'quote', metadata: { unit: 'cents' } }]])(
    'accepts %j',
    (endpoint) => {
      expect(endpointFaults(endpoint)).toEqual([]);
    },
  );

  it.each([
    ['quote', 'endpoint: expected'],
    [{ name: 'a b' }, 'endpoint.name: expected letters'],
    [{ metadata: { unit: 1 } }, 'endpoint.metadata: "unit": expected text'],
    [{ subject: 'a' }, 'endpoint.subject: there is no such option'],
  ])('refuses %j', (endpoint, fault) => {
    expect(endpointFaults(endpoint)).toEqual([expect.stringContaining(fault)]);
  });
});
