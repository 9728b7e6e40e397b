import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from 'app-kit/config/environment';
import { readDashboardConfig } from './dashboard.config.js';

describe('the environment of the dashboard', () => {
  it('may be empty', () => {
    expect(readDashboardConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3010,
      nats: { servers: ['nats://127.0.0.1:4222'], codec: 'json' },
      agent: { url: 'http://127.0.0.1:3000', appId: 'demo-app', appKey: 'demo-key' },
      traces: 'none',
    });
  });

  it('is read', () => {
    expect(
      readDashboardConfig({ AGENT_URL: 'https://agent.example/api//', AGENT_APP: 'shop:a:b' })
        .agent,
    ).toEqual({ url: 'https://agent.example/api', appId: 'shop', appKey: 'a:b' });
  });

  it('reports no test events in production unless it is told as whom', () => {
    expect(readDashboardConfig({ NODE_ENV: 'production' }).agent).toBeUndefined();
    expect(readDashboardConfig({ NODE_ENV: 'production', AGENT_APP: 'a:b' }).agent?.appId).toBe(
      'a',
    );
  });

  it.each([
    ['PORT', '65536'],
    ['NATS_SERVERS', 'http://a'],
    ['NATS_CODEC', 'proto'],
    ['AGENT_URL', 'ftp://a'],
    ['AGENT_URL', 'http://'],
    ['AGENT_APP', 'demo-app'],
    ['AGENT_APP', ':key'],
    ['OTEL_TRACES_EXPORTER', 'otlp'],
  ])('refuses %s=%s', (name, value) => {
    const read = () => readDashboardConfig({ [name]: value });
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`1 fault .*\n {2}${name} .*expected`));
  });
});
