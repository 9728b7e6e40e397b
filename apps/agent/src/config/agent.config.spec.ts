import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from 'app-kit/config/environment';
import { readAgentConfig } from './agent.config.js';

describe('the environment of the agent', () => {
  it('may be empty', () => {
    expect(readAgentConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      nats: { servers: ['nats://127.0.0.1:4222'], codec: 'json' },
      apps: new Map([['demo-app', 'demo-key']]),
      bodyLimitBytes: 262_144,
      publishTimeoutMs: 2000,
      traces: 'none',
    });
  });

  it('is read', () => {
    expect(
      readAgentConfig({
        HOST: '0.0.0.0',
        PORT: ' 0 ',
        NATS_SERVERS: 'a:1, nats://b ,tls://user:pass@c:2',
        AGENT_APPS: 'one:k1,two:k:2',
        AGENT_BODY_LIMIT_BYTES: '2048',
        AGENT_PUBLISH_TIMEOUT_MS: '100',
        OTEL_TRACES_EXPORTER: 'console',
      }),
    ).toEqual({
      host: '0.0.0.0',
      port: 0,
      nats: { servers: ['a:1', 'nats://b', 'tls://user:pass@c:2'], codec: 'json' },
      apps: new Map([
        ['one', 'k1'],
        ['two', 'k:2'],
      ]),
      bodyLimitBytes: 2048,
      publishTimeoutMs: 100,
      traces: 'console',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readAgentConfig({ PORT: '', NATS_CODEC: '', AGENT_APPS: '' })).toEqual(
      readAgentConfig({}),
    );
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000.5'],
    ['PORT', '0x10'],
    ['NATS_SERVERS', 'a,,b'],
    ['NATS_SERVERS', 'http://a'],
    ['NATS_CODEC', 'JSON'],
    ['AGENT_APPS', 'one'],
    ['AGENT_APPS', 'one:'],
    ['AGENT_APPS', ':key'],
    ['AGENT_APPS', 'one:a,one:b'],
    ['AGENT_BODY_LIMIT_BYTES', '1023'],
    ['AGENT_PUBLISH_TIMEOUT_MS', '2s'],
    ['OTEL_TRACES_EXPORTER', 'otlp'],
  ])('refuses %s=%s', (name, value) => {
    const read = () => readAgentConfig({ [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`1 fault .*\n {2}${name} .*expected`));
  });

  it('needs keys of its own in production', () => {
    expect(() => readAgentConfig({ NODE_ENV: 'production' })).toThrow(/AGENT_APPS is not set/);
    expect(readAgentConfig({ NODE_ENV: 'production', AGENT_APPS: 'a:b' }).apps.get('a')).toBe('b');
  });
});
