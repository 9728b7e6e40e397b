import { describe, expect, it } from '@jest/globals';
import { NatsServerUnavailableError } from './nats-server-unavailable.error.js';

const tried = [
  { source: 'NATS_URL', outcome: 'not set' },
  { source: 'NATS_SERVER_BIN', outcome: 'not set' },
  { source: 'PATH', outcome: '/usr/bin/nats-server is 2.9.10: too old' },
  { source: '/usr/local/bin/nats-server', outcome: 'fails' },
  { source: 'cache', outcome: 'no nats-server in /project/.cache/nats-server' },
  { source: 'docker', outcome: `no daemon\nanswers ${'x'.repeat(500)}` },
  { source: 'package (testing)', outcome: 'apt-get update failed' },
  { source: 'package (bookworm)', outcome: '2.9.10: too old' },
];

describe('NatsServerUnavailableError', () => {
  const error = new NatsServerUnavailableError(tried, {
    wanted: { minVersion: '2.11' },
    need: 'server',
  });

  it('carries what was tried', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe('NatsServerUnavailableError');
    expect(error.tried).toEqual(tried);
  });

  it('names each place on a line of its own, and the version that is needed', () => {
    for (const { source } of tried) {
      expect(
        error.message.split('\n').filter((line) => line.trim().startsWith(`${source} `)),
      ).toHaveLength(1);
    }
    expect(error.message).toMatch(/nats-server 2\.11 or newer \(message TTL/);
  });

  it('says what to do on each kind of system', () => {
    expect(error.message).toContain('brew install nats-server');
    expect(error.message).toContain('apt-get install nats-server');
    expect(error.message).toContain('docker run -d --rm -p 4222:4222');
    expect(error.message).toContain('NATS_SERVER_BIN=/path/to/nats-server');
    expect(error.message).toContain('NATS_URL=nats://host:4222');
  });

  it('fits one screen', () => {
    expect(error.message.split('\n').length).toBeLessThanOrEqual(23);
    expect(error.message.length).toBeLessThan(24 * 80);
  });

  it('does not advise a server elsewhere to who needs a process', () => {
    const { message } = new NatsServerUnavailableError(tried, {
      wanted: { minVersion: '2.10' },
      need: 'process',
    });
    expect(message).not.toContain('NATS_URL=');
    expect(message).not.toContain('docker run');
  });

  it('advises what has the version line that is needed', () => {
    const { message } = new NatsServerUnavailableError(tried, {
      wanted: { version: '2.10' },
      need: 'server',
    });
    expect(message).toContain('Needed: nats-server 2.10.x.');
    expect(message).toContain('docker run -d --rm -p 4222:4222 -p 8222:8222 nats:2.10 -js');
    expect(message).toContain('(if its version is that)');
    expect(message).not.toContain('brew');
  });

  it('gives only the remedy when one setting decides', () => {
    const { message } = new NatsServerUnavailableError(tried.slice(0, 1), {
      wanted: { minVersion: '2.10' },
      need: 'server',
      remedy: 'Correct NATS_URL.',
    });
    expect(message).toMatch(/Correct NATS_URL\.$/);
    expect(message).not.toContain('brew');
  });
});
