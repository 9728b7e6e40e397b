import { describe, expect, it } from '@jest/globals';
import { serviceFaults } from './service-options.js';

describe('serviceFaults', () => {
  it.each([
    [undefined],
    [{ name: 'prices', version: '1.4.0' }],
    [{ name: 'A-b_9', version: '0.0.0-rc.1+build.5', description: '', metadata: { team: 'shop' } }],
  ])('accepts %j', (service) => {
    expect(serviceFaults(service)).toEqual([]);
  });

  it.each([
    ['text', 'prices', 'service: expected { name, version }'],
    ['null', null, 'service: expected { name, version }, got null'],
    ['a name with a dot', { name: 'a.b', version: '1.0.0' }, 'service.name: expected letters'],
    ['no name', { version: '1.0.0' }, 'service.name: expected letters'],
    ['a name with a line break', { name: 'a\n', version: '1.0.0' }, 'service.name: expected'],
    ['a version that is none', { name: 'a', version: '1.0' }, 'service.version: expected'],
    ['a description', { name: 'a', version: '1.0.0', description: 1 }, 'service.description'],
    ['metadata', { name: 'a', version: '1.0.0', metadata: { n: 1 } }, 'service.metadata: "n"'],
    ['an unknown option', { name: 'a', version: '1.0.0', queue: 'q' }, 'service.queue: there is'],
  ])('refuses %s', (_, service, fault) => {
    expect(serviceFaults(service)).toEqual([expect.stringContaining(fault)]);
  });

  it('names every fault at once', () => {
    expect(serviceFaults({ name: '', version: '', description: 1, metadata: 1 })).toHaveLength(4);
  });
});
