import { describe, expect, it } from '@jest/globals';
import { NatsEventBus, type ConnectionEvents } from './events.js';

const calls: { [K in keyof ConnectionEvents]: Parameters<ConnectionEvents[K]> } = {
  connect: ['127.0.0.1:4222'],
  disconnect: ['127.0.0.1:4222'],
  reconnect: ['127.0.0.1:4222'],
  update: [{ added: ['127.0.0.1:4223'], deleted: [] }],
  lameDuck: ['127.0.0.1:4222'],
  error: [new Error('Permissions Violation')],
  drain: [],
  close: [],
};

describe('NatsEventBus', () => {
  it.each(Object.entries(calls) as [keyof ConnectionEvents, never][])(
    'delivers %s with its arguments, to its listeners only',
    (event, args) => {
      const bus = new NatsEventBus();
      const heard: unknown[] = [];
      for (const name of Object.keys(calls) as (keyof ConnectionEvents)[]) {
        bus.on(name, (...received: unknown[]) => heard.push([name, received]));
      }
      expect(bus.emit(event, ...(args as []))).toEqual([]);
      expect(heard).toEqual([[event, args]]);
    },
  );

  it('calls listeners in the order they came, each time', () => {
    const bus = new NatsEventBus();
    const heard: string[] = [];
    bus.on('connect', (server) => heard.push(`first ${server}`));
    bus.on('connect', (server) => heard.push(`second ${server}`));
    bus.emit('connect', 'a');
    bus.emit('connect', 'b');
    expect(heard).toEqual(['first a', 'second a', 'first b', 'second b']);
  });

  it('does nothing when nobody listens', () => {
    expect(new NatsEventBus().emit('close')).toEqual([]);
  });

  it('knows whether anybody listens', () => {
    const bus = new NatsEventBus();
    expect(bus.hears('close')).toBe(false);
    const remove = bus.on('close', () => undefined);
    expect([bus.hears('close'), bus.hears('drain')]).toEqual([true, false]);
    remove();
    expect(bus.hears('close')).toBe(false);
  });

  it('no longer calls a listener that is removed', () => {
    const bus = new NatsEventBus();
    const heard: string[] = [];
    const remove = bus.on('close', () => heard.push('removed'));
    bus.on('close', () => heard.push('kept'));
    remove();
    remove();
    bus.emit('close');
    expect(heard).toEqual(['kept']);
  });

  it('lets a listener remove itself and others while it is called', () => {
    const bus = new NatsEventBus();
    const heard: string[] = [];
    const removeFirst = bus.on('close', () => {
      heard.push('first');
      removeFirst();
      removeSecond();
    });
    const removeSecond = bus.on('close', () => heard.push('second'));
    bus.on('close', () => heard.push('third'));
    bus.emit('close');
    bus.emit('close');
    expect(heard).toEqual(['first', 'third', 'third']);
  });

  it('lets one function listen twice, and removes one of them', () => {
    const bus = new NatsEventBus();
    let calls = 0;
    const listener = (): void => void calls++;
    const remove = bus.on('close', listener);
    bus.on('close', listener);
    bus.emit('close');
    expect(calls).toBe(2);
    remove();
    bus.emit('close');
    expect(calls).toBe(3);
  });

  it('does not call what is added while it calls', () => {
    const bus = new NatsEventBus();
    let calls = 0;
    const again = (): void => {
      // bounded, so that a failure is one
      if (++calls < 50) bus.on('close', () => again());
    };
    bus.on('close', again);
    bus.emit('close');
    expect(calls).toBe(1);
    bus.emit('close');
    expect(calls).toBe(3);
  });

  it('gives what listeners throw, and calls the others', () => {
    const bus = new NatsEventBus();
    const failures = [new Error('one'), 'two'];
    const heard: string[] = [];
    for (const failure of failures) {
      bus.on('close', () => {
        throw failure;
      });
      bus.on('close', () => heard.push('called'));
    }
    expect(bus.emit('close')).toEqual(failures);
    expect(heard).toEqual(['called', 'called']);
  });
});
