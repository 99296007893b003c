// The scripts that make the networks that ship, for a step or two: they go on where they were, keep others out of their
// folder, and mix nothing that does not belong together.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openNetwork } from '../../src/adapters/node/onnx.ts';
import type { Checkpoint } from '../../src/model/index.ts';
import { readCheckpoint } from '../../src/model/index.ts';
import type { StartedCommand } from '../command-line.ts';
import { startScript } from '../command-line.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-train-prior-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Any step is longer than that, so one is taken. */
const ONE_STEP_MINUTES = 1e-5;

function sitting(script: string, minutes: number | string, ...more: string[]): StartedCommand {
  const small = ['--batch', '2', '--exam-batches', '1', '--exam-minutes', '1000'];
  return startScript(script, [script, '--minutes', String(minutes), ...small, ...more], folder);
}

async function checkpointOf(script: string): Promise<Checkpoint> {
  const file = path.join(folder, script, 'checkpoint.bin');
  return readCheckpoint(new Uint8Array(await readFile(file)), file);
}

async function linesOf(script: string): Promise<number> {
  return (await readFile(path.join(folder, script, 'log.csv'), 'utf8')).trim().split('\n').length;
}

async function untilThere(file: string): Promise<void> {
  for (let tries = 0; !existsSync(file); tries++) {
    if (tries > 600) throw new Error(`${file} did not come`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it.each([
  ['train-hair.ts', 'hair.onnx'],
  ['train-prior.ts', 'prior.onnx'],
])('%s goes on where it was', { timeout: 600_000 }, async (script, network) => {
  const first = await sitting(script, ONE_STEP_MINUTES).ended;
  expect(first).toMatchObject({ exitCode: 0, stdout: '' });
  const { state, note } = await checkpointOf(script);
  expect(state.step).toBe(1);
  expect(note).toMatchObject({ seed: 1, batch: 2 });
  // before the first step, and at the end
  expect(await linesOf(script)).toBe(2);
  expect((await sitting(script, state.trainedSeconds / 60 + ONE_STEP_MINUTES).ended).exitCode).toBe(0);
  expect((await checkpointOf(script)).state.step).toBe(2);
  expect(await linesOf(script)).toBe(4);
  const opened = await openNetwork(path.join(folder, script, network));
  expect(opened.inputNames).toContain('targetAge');
  await opened.close();
});

it(
  'lets one sitting at a time into a folder, and goes on with the same options alone',
  { timeout: 600_000 },
  async () => {
    const script = 'train-hair.ts';
    const running = sitting(script, 60);
    await untilThere(path.join(folder, script, 'lock'));
    const beside = await sitting(script, 60).ended;
    expect(beside).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('likeness/already-training') as string,
    });
    running.child.kill('SIGKILL');
    await running.ended;
    const other = await sitting(script, 60, '--seed', '2').ended;
    expect(other).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('begun with --seed 1, not 2') as string,
    });
    expect((await checkpointOf(script)).state.step).toBe(2);
  },
);

it('refuses what is no number', async () => {
  const refused = await sitting('train-prior.ts', 'soon').ended;
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('give a number above 0') as string });
});
