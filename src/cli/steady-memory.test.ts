// The program that is begun over, as a process of its own.

import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { describe, expect, it } from 'vitest';

const CODE = `
  import { restartForSteadyMemory } from ${JSON.stringify(new URL('steady-memory.ts', import.meta.url).href)};
  console.error('begun');
  restartForSteadyMemory();
  const { pid, env, argv, execArgv } = process;
  console.log(JSON.stringify({ pid, setting: env.MALLOC_MMAP_THRESHOLD_ ?? null, args: argv.slice(1), other: env.OTHER, small: execArgv.includes('--max-semi-space-size=8') }));`;

function begin(settings: Record<string, string>): { begun: number; pid: number; said: Record<string, unknown> } {
  const env = { PATH: process.env.PATH, OTHER: 'kept', ...settings };
  const args = ['--input-type=module', '-e', CODE, 'a word', '--option'];
  const { pid, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return { begun: stderr.split('begun').length - 1, pid, said: JSON.parse(stdout) as Record<string, unknown> };
}

describe.runIf(process.platform === 'linux')('a program of steady memory', () => {
  it('is begun over once, as the same process with the same words', () => {
    const { begun, pid, said } = begin({});
    expect(begun).toBe(2);
    expect(said).toEqual({ pid, setting: '1000000', args: ['a word', '--option'], other: 'kept', small: true });
  });

  it('leaves settings of the user alone', () => {
    const { begun, said } = begin({ MALLOC_ARENA_MAX: '2' });
    expect(begun).toBe(1);
    expect(said).toMatchObject({ setting: null, small: false });
  });
});
