import { getEventListeners } from 'node:events';
import { expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Dialler } from './dialler.js';
import { resolveConnectionOptions } from './options.js';
import { Search } from './search.js';

it('leaves nothing behind of attempts that have failed', async () => {
  const listening = jest.spyOn(EventTarget.prototype, 'addEventListener');
  let attempts = 0;
  let arrived: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => (arrived = resolve));
  const options = {
    // nobody listens there
    servers: 'nats://127.0.0.1:1',
    reconnectTimeWait: 1,
    reconnectJitter: 0,
    // is asked for with every attempt
    token: () => {
      if (++attempts === 10) arrived();
      return 'secret';
    },
  };
  const resolved = resolveConnectionOptions(options, []);
  const logger = new Logger();
  jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
  const search = new Search(new Dialler(options, resolved, logger), resolved, logger);
  const found = search.run(new Error('none'));
  await enough;
  const signals = new Set(listening.mock.contexts.filter((one) => one instanceof AbortSignal));
  const most = Math.max(...[...signals].map((one) => getEventListeners(one, 'abort').length));
  search.stop();
  await expect(found).rejects.toMatchObject({ code: 'CLOSED' });
  expect(signals.size).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(1);
  listening.mockRestore();
});
