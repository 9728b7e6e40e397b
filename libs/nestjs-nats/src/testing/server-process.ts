import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from './message-of.js';
import { askMonitoring } from './monitoring.js';
import { afterThisProcess } from './parent-watch.js';

/** What a nats-server process is started with. */
export interface LaunchPlan {
  readonly binary: string;
  /** The folder of its ports file and log. */
  readonly dir: string;
  readonly name: string;
  /** Everything but name, ports and ports file. */
  readonly args: readonly string[];
  /** -1 lets the server choose. */
  readonly port: number;
  readonly monitoringPort: number;
  readonly env: NodeJS.ProcessEnv;
  readonly startTimeoutMs: number;
  /** Tries again while the port is taken: after a kill, connections to it may linger for a moment. */
  readonly waitForPort: boolean;
}

/** A nats-server process that accepts connections. */
export interface Launched {
  readonly child: ChildProcess;
  readonly url: string;
  readonly monitoringUrl: string;
  readonly version: string;
}

/** Tells whether a server did not start because somebody else has its port. */
export function isPortTaken(error: unknown): boolean {
  return error instanceof Error && /address already in use/.test(error.message);
}

const POLL_MS = 4;
const LOG_TAIL_LINES = 12;

/** Where a server writes its log. */
export function logFile(dir: string): string {
  return join(dir, 'nats-server.log');
}

/**
 * Starts a nats-server and waits until it accepts connections.
 *
 * @throws Error with the end of the server's log when it exits, answers as somebody else, or is not ready in time.
 */
export async function launch(plan: LaunchPlan): Promise<Launched> {
  const deadlineAt = Date.now() + plan.startTimeoutMs;
  for (;;) {
    try {
      return await launchOnce(plan, deadlineAt);
    } catch (error) {
      if (!isPortTaken(error) || !plan.waitForPort || Date.now() > deadlineAt) throw error;
      await delay(50);
    }
  }
}

async function launchOnce(plan: LaunchPlan, deadlineAt: number): Promise<Launched> {
  const log = openSync(logFile(plan.dir), 'a');
  const ports = ['-p', String(plan.port), '-m', String(plan.monitoringPort)];
  const identity = ['-n', plan.name, '--ports_file_dir', plan.dir];
  const child = spawn(plan.binary, [...plan.args, '-a', '127.0.0.1', ...ports, ...identity], {
    stdio: ['ignore', log, log],
    env: plan.env,
    // a ctrl-c in the terminal reaches the app first, which then drains and stops the server
    detached: process.platform !== 'win32',
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('error', (error) => (ended = `cannot be run: ${error.message}`));
  child.once('exit', (code, signal) => (ended ??= `exited with ${signal ?? `code ${code}`}`));
  endWithThisProcess(child, plan.dir);
  try {
    for (;;) {
      const launched = ended === undefined ? await readiness(plan, child) : undefined;
      if (launched) return launched;
      if (ended !== undefined) throw new Error(`${plan.binary} ${ended} while starting`);
      if (Date.now() > deadlineAt) {
        throw new Error(
          `${plan.binary} was not ready within ${plan.startTimeoutMs} ms (startTimeoutMs)`,
        );
      }
      await delay(POLL_MS);
    }
  } catch (error) {
    if (ended === undefined && child.kill('SIGKILL')) await once(child, 'exit');
    throw new Error(`nats-server did not start: ${messageOf(error)}${await logTail(plan.dir)}`, {
      cause: error,
    });
  }
}

function endWithThisProcess(child: ChildProcess, dir: string): void {
  if (child.pid === undefined) return;
  const callOff = afterThisProcess('kill -9 "$1"; rm -rf "$2"', [String(child.pid), dir], () =>
    child.kill('SIGKILL'),
  );
  // at once, since the system may give the process id to somebody else
  child.once('exit', callOff);
}

async function readiness(plan: LaunchPlan, child: ChildProcess): Promise<Launched | undefined> {
  const ports = await readPorts(plan, child);
  const url = ports?.nats[0];
  const monitoringUrl = ports?.monitoring[0];
  if (url === undefined || monitoringUrl === undefined) return undefined;
  const { body } = await askMonitoring(monitoringUrl, '/varz');
  if (body['server_name'] !== plan.name) {
    throw new Error(
      `${monitoringUrl} answers as "${String(body['server_name'])}", not as our server "${plan.name}"`,
    );
  }
  return { child, url, monitoringUrl, version: String(body['version']) };
}

interface PortsFile {
  readonly nats: readonly string[];
  readonly monitoring: readonly string[];
}

async function readPorts(plan: LaunchPlan, child: ChildProcess): Promise<PortsFile | undefined> {
  const program = /[^\\/]+$/.exec(plan.binary)?.[0] ?? 'nats-server';
  const file = join(plan.dir, `${program}_${child.pid}.ports`);
  try {
    const ports = JSON.parse(await readFile(file, 'utf8')) as PortsFile;
    await rm(file);
    return ports;
  } catch (error) {
    // the server writes the file when it is ready, and not in one step
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function logTail(dir: string): Promise<string> {
  const lines = (await readFile(logFile(dir), 'utf8')).trimEnd().split('\n');
  return `\nThe end of its log:\n${lines.slice(-LOG_TAIL_LINES).join('\n')}`;
}
