import { describe, expect, it } from '@jest/globals';
import { type AskedConnection, SendWindow } from './send-window.js';

/** Is a server that answers when it is told to. */
function server(): {
  connection: AskedConnection;
  answer: () => Promise<void>;
  fail: () => Promise<void>;
} {
  const asked: { resolve(): void; reject(error: Error): void }[] = [];
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => asked.push({ resolve, reject }));
  const turn = (): Promise<void> => new Promise(setImmediate);
  return {
    connection: { flush },
    answer: () => (asked.shift()?.resolve(), turn()),
    fail: () => (asked.shift()?.reject(new Error('disconnected')), turn()),
  };
}

describe('SendWindow', () => {
  it('has room until so many bytes wait, and again when the server has taken them', async () => {
    const window = new SendWindow(800);
    const { connection, answer } = server();
    expect(window.hasRoom(connection, 800)).toBe(true);
    window.add(connection, 800);
    expect(window.waitingBytes).toBe(800);
    expect(window.hasRoom(connection, 1)).toBe(false);
    await answer();
    expect(window.waitingBytes).toBe(0);
    expect(window.hasRoom(connection, 800)).toBe(true);
  });

  it('has room for one message that is larger, alone', () => {
    const window = new SendWindow(800);
    const { connection } = server();
    expect(window.hasRoom(connection, 5_000)).toBe(true);
    window.add(connection, 1);
    expect(window.hasRoom(connection, 5_000)).toBe(false);
  });

  it('counts what an answer covers, and no more', async () => {
    const window = new SendWindow(800);
    const { connection, answer } = server();
    window.hasRoom(connection, 0);
    window.add(connection, 100);
    window.add(connection, 50);
    await answer();
    expect(window.waitingBytes).toBe(50);
  });

  it('asks when it is looked at, once for what was sent', async () => {
    const window = new SendWindow(800);
    const { connection, answer } = server();
    expect(window.look(connection)).toBe(0);
    window.hasRoom(connection, 0);
    window.add(connection, 50);
    expect(window.look(connection)).toBe(50);
    window.add(connection, 20);
    await answer();
    expect(window.look(connection)).toBe(20);
    await answer();
    expect(window.look(connection)).toBe(0);
    expect(window.look(server().connection)).toBe(0);
  });

  it('is empty when the connection breaks, and on another one', async () => {
    const window = new SendWindow(800);
    const first = server();
    window.hasRoom(first.connection, 0);
    window.add(first.connection, 700);
    await first.fail();
    expect(window.waitingBytes).toBe(0);
    window.add(first.connection, 700);
    const second = server();
    expect(window.hasRoom(second.connection, 800)).toBe(true);
    window.add(second.connection, 500);
    await first.answer();
    expect(window.waitingBytes).toBe(500);
  });

  it('lets publishers wait from about a quarter on', async () => {
    const window = new SendWindow(800);
    const { connection, answer } = server();
    window.hasRoom(connection, 0);
    window.add(connection, 300);
    expect(window.isCrowded).toBe(false);
    window.add(connection, 100);
    expect(window.isCrowded).toBe(true);
    let relieved = false;
    const wait = window.relieved(10_000).then(() => (relieved = true));
    await new Promise(setImmediate);
    expect(relieved).toBe(false);
    await answer();
    await answer();
    await wait;
    expect(window.isCrowded).toBe(false);
  });

  it('lets nobody wait longer than told', async () => {
    const window = new SendWindow(800);
    const { connection } = server();
    window.hasRoom(connection, 0);
    window.add(connection, 400);
    await expect(window.relieved(20)).resolves.toBeUndefined();
  });
});
