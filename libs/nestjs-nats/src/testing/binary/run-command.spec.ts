import { describe, expect, it } from '@jest/globals';
import { runCommand } from './run-command.js';

function runNode(script: string, options: Partial<Parameters<typeof runCommand>[2]> = {}) {
  return runCommand(process.execPath, ['-e', script], { timeoutMs: 20_000, ...options });
}

describe('runCommand', () => {
  it('collects the output, also line by line', async () => {
    const lines: string[] = [];
    const result = await runNode('console.log("a\\nb")', { onLine: (line) => lines.push(line) });
    expect(result).toEqual({ ok: true, stdout: 'a\nb\n', failure: '' });
    expect(lines).toEqual(['a', 'b']);
  });

  it.each([
    ['console.error("first\\nlast"); process.exit(3)', 'first last'],
    ['console.log("only here"); process.exit(3)', 'only here'],
    ['process.exit(3)', 'ended with code 3'],
    ['process.kill(process.pid, "SIGKILL"); setInterval(Date, 9)', 'ended with SIGKILL'],
  ])('says why %s fails', async (script, failure) => {
    await expect(runNode(script)).resolves.toMatchObject({ ok: false, failure });
  });

  it('gives up on a program that takes too long', async () => {
    const result = await runNode('setInterval(Date, 9)', { timeoutMs: 300 });
    expect(result).toMatchObject({ ok: false, failure: 'no answer within 0.3 s' });
  });

  it('reports a program that cannot be run', async () => {
    const result = await runCommand('/no/such/program', [], { timeoutMs: 1_000 });
    expect(result.ok).toBe(false);
    expect(result.failure).toContain('ENOENT');
  });

  it('rejects with the reason when aborted, once the program has ended', async () => {
    const abort = new AbortController();
    const pids: number[] = [];
    const running = runNode('console.log(process.pid); setInterval(Date, 9)', {
      signal: abort.signal,
      onLine: (line) => {
        pids.push(Number(line));
        abort.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(() => process.kill(pids[0] ?? 0, 0)).toThrow(/ESRCH/);
  });
});
