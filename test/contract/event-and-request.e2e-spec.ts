import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { isNatsTransportError, type NatsTransportError } from 'nestjs-nats';
import { NatsBench } from '../support/nats-bench.js';
import { rejection } from '../support/rejection.js';
import { waitFor } from '../support/wait-for.js';

let received: string[];

@Controller()
class Both {
  @EventPattern('both.subject')
  event(@Payload() data: string): void {
    received.push(`event ${data}`);
  }

  @MessagePattern('both.subject')
  request(@Payload() data: string): string {
    received.push(`request ${data}`);
    return 'answer';
  }
}

@Controller()
class RequestOnly {
  @MessagePattern('request.only')
  request(@Payload() data: string): string {
    received.push(`request ${data}`);
    return 'answer';
  }
}

@Controller()
class EventOnly {
  @EventPattern('event.only')
  event(@Payload() data: string): string {
    received.push(`event ${data}`);
    return 'never told';
  }
}

@Controller()
class First {
  @MessagePattern('twice.:first')
  answer(): string {
    return 'first';
  }
}

@Controller()
class Second {
  @MessagePattern('twice.*')
  answer(): string {
    return 'second';
  }
}

@Controller()
class Third {
  @MessagePattern('twice.*', { queue: 'third' })
  answer(): string {
    return 'third';
  }
}

const bench = new NatsBench();
beforeAll(() => bench.start());
beforeEach(() => {
  received = [];
});
afterEach(() => bench.clear());
afterAll(() => bench.stop());

describe('an event handler and a request handler on one subject', () => {
  it('each get their own kind', async () => {
    await bench.listen([Both]);
    const client = bench.client();
    await expect(client.request('both.subject', 'asked')).resolves.toBe('answer');
    expect(received).toEqual(['request asked']);
  });

  it('and an event, which asks for no answer, is for the event handler', async () => {
    await bench.listen([Both]);
    await bench.client().publish('both.subject', 'told');
    await waitFor(() => received.length > 0, { what: 'the event handler' });
    // what the event has set off has come before the answer to a request after it
    await bench.client().request('both.subject', 'asked');
    expect(received).toEqual(['event told', 'request asked']);
  });
});

it('an event runs a request handler, with nobody to answer', async () => {
  await bench.listen([RequestOnly]);
  await bench.client().publish('request.only', 'told');
  await waitFor(() => received.length === 1, { what: 'the handler' });
  expect(received).toEqual(['request told']);
});

it('a request to an event handler is handled and never answered', async () => {
  await bench.listen([EventOnly]);
  const asked = bench.client().request('event.only', 'asked', { timeoutMs: 100 });
  const error = await rejection(asked);
  expect(isNatsTransportError(error, 'TIMEOUT')).toBe(true);
  expect(received).toEqual(['event asked']);
});

describe('two request handlers on one subject', () => {
  it('are refused when the app listens, and both patterns are named', async () => {
    const { app } = await bench.create([First, Second]);
    const error = await rejection<NatsTransportError>(app.listen());
    expect(error).toMatchObject({ code: 'DUPLICATE_HANDLER' });
    expect(error.message).toContain('"twice.:first"');
    expect(error.message).toContain('"twice.*"');
  });

  it('are refused also when they are one handler given twice', async () => {
    const { app } = await bench.create([First, class extends First {}]);
    await expect(app.listen()).rejects.toMatchObject({ code: 'DUPLICATE_HANDLER' });
  });

  it('are accepted in different queue groups', async () => {
    await bench.listen([First, Third]);
    const answers = bench.client().gather<string>('twice.asked', {}, { max: 2 });
    const all: string[] = [];
    await answers.forEach((answer) => all.push(answer));
    expect(all.toSorted()).toEqual(['first', 'third']);
  });
});
