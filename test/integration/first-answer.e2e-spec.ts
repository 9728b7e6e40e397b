import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { setTimeout as delay } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import { NatsBench } from '../support/nats-bench.js';

const bench = new NatsBench();
beforeAll(() => bench.start());
afterEach(() => bench.clear());
afterAll(() => bench.stop());

let answered: string[] = [];

afterEach(() => {
  answered = [];
});

function responder(name: string, afterMs: number): Type {
  @Controller()
  class Responder {
    @MessagePattern('first.who')
    async who(): Promise<string> {
      await delay(afterMs);
      answered.push(name);
      return name;
    }
  }
  return Responder;
}

it('N4: the first answer wins, and the other is dropped', async () => {
  const slow = await bench.listen([responder('after 60 ms', 60)]);
  await bench.listen([responder('after 10 ms', 10)]);
  const client = bench.client();

  const first = await lastValueFrom(client.send('first.who', {}).pipe(toArray()));
  expect(first).toEqual(['after 10 ms']);
  // waits for the slow handler, whose answer reaches the client before the next one
  await slow.close();
  expect(answered).toEqual(['after 10 ms', 'after 60 ms']);
  await expect(client.request('first.who', {})).resolves.toBe('after 10 ms');
});

it('N4: request() takes the first too', async () => {
  await bench.listen([responder('after 60 ms', 60)]);
  await bench.listen([responder('after 10 ms', 10)]);
  await expect(bench.client().request('first.who', {})).resolves.toBe('after 10 ms');
});
