import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from 'app-kit/config/environment';
import { readSaverConfig } from './saver.config.js';

describe('the environment of the saver', () => {
  it('may be empty', () => {
    expect(readSaverConfig({})).toEqual({
      name: expect.stringMatching(new RegExp(`-${process.pid}$`)),
      host: '127.0.0.1',
      port: 3001,
      nats: { servers: ['nats://127.0.0.1:4222'], codec: 'json' },
      database: { kind: 'sqlite', file: './data/saver.sqlite' },
      traces: 'none',
      metrics: 'none',
    });
  });

  it('takes empty variables for unset ones', () => {
    const config = readSaverConfig({ SAVER_PORT: '', DATABASE_URL: '' });
    expect(config.port).toBe(3001);
    expect(config.database.kind).toBe('sqlite');
  });

  it.each(['postgres://u:p@h:5432/d', 'postgresql://h/d'])('takes %s for PostgreSQL', (url) => {
    const config = readSaverConfig({ DATABASE_URL: url, SAVER_DATABASE_FILE: 'unused' });
    expect(config.database).toEqual({ kind: 'postgres', url });
  });

  it.each([
    ['SAVER_NAME', 'a b'],
    ['SAVER_NAME', 'x'.repeat(65)],
    ['SAVER_PORT', '65536'],
    ['NATS_SERVERS', ','],
    ['NATS_CODEC', 'xml'],
    ['OTEL_METRICS_EXPORTER', 'otlp'],
    ['DATABASE_URL', 'mysql://h/d'],
    ['DATABASE_URL', 'postgres://'],
    ['DATABASE_URL', 'postgres://h:port/d'],
  ])('refuses %s=%s', (name, value) => {
    const read = () => readSaverConfig({ [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`1 fault .*\n {2}${name} .*expected`));
  });
});
