import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NatsTransportError } from '../../errors/transport-error.js';
import type { PullEvent } from './pull-events.js';
import { PullIncident } from './pull-incident.js';

const names = { stream: 'S', consumer: 'c' };
const silence = new NatsTransportError('TIMEOUT', 'silence');
const noStream = new NatsTransportError('STREAM_NOT_FOUND', 'no stream');

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function told(tell: (incident: PullIncident) => void): PullEvent[] {
  const events: PullEvent[] = [];
  tell(new PullIncident((event) => void events.push(event)));
  return events;
}

describe('PullIncident', () => {
  it('says that it is ready once', () => {
    const events = told((incident) => {
      incident.over(names);
      incident.over(names);
    });
    expect(events).toEqual([{ type: 'ready', ...names }]);
  });

  it('names what is missing once, and says when it is there again', () => {
    const events = told((incident) => {
      incident.over(names);
      incident.failed(noStream);
      incident.failed(noStream);
      incident.over(names);
      incident.failed(noStream);
    });
    expect(events.map(({ type }) => type)).toEqual(['ready', 'missing', 'ready', 'missing']);
    expect(events[1]).toEqual({ type: 'missing', error: noStream });
  });

  it('keeps to itself what passes within a second', () => {
    const events = told((incident) => {
      incident.over(names);
      incident.failed(silence);
      jest.advanceTimersByTime(900);
      incident.failed(silence);
      incident.over(names);
      jest.advanceTimersByTime(900);
      incident.failed(silence);
    });
    expect(events.map(({ type }) => type)).toEqual(['ready']);
  });

  it('names what does not', () => {
    const events = told((incident) => {
      incident.over(names);
      incident.failed(silence);
      jest.advanceTimersByTime(1_000);
      incident.failed(silence);
    });
    expect(events.at(-1)).toEqual({ type: 'missing', error: silence });
  });

  it('names what is in the way now, once for each kind of cause', () => {
    const off = new NatsTransportError('JETSTREAM_DISABLED', 'off');
    const refused = new NatsTransportError('PERMISSION_DENIED', 'refused');
    let trouble: unknown;
    const events = told((incident) => {
      incident.over(names);
      incident.failed(off);
      jest.advanceTimersByTime(1_000);
      for (const error of [off, off, noStream, noStream, off, refused]) incident.failed(error);
      trouble = incident.trouble;
    });
    expect(trouble).toBe(refused);
    expect(events.slice(1)).toEqual(
      [off, noStream, refused].map((error) => ({ type: 'missing', error })),
    );
  });

  it('knows the newest of failures that are alike', () => {
    const incident = new PullIncident(() => undefined);
    const other = new NatsTransportError('STREAM_NOT_FOUND', 'no other stream');
    for (const error of [noStream, other]) incident.failed(error);
    expect(incident.trouble).toBe(other);
  });

  it('does not take what passes within a second for another cause', () => {
    const events = told((incident) => {
      incident.over(names);
      for (const error of [noStream, silence, noStream]) incident.failed(error);
    });
    expect(events.slice(1)).toEqual([{ type: 'missing', error: noStream }]);
  });

  it('says when a server answers again', () => {
    const events = told((incident) => {
      incident.over(names);
      incident.stalled(silence);
      incident.stalled(silence);
      incident.over(names);
    });
    expect(events.slice(1)).toEqual([
      { type: 'stalled', error: silence },
      { type: 'ready', ...names },
    ]);
  });
});
