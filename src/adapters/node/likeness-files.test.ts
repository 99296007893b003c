// Versions of a likeness on disk: named in order, found, held against what they say, kept to one training at a time.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFile } from '../../core/index.ts';
import type { LikenessRecord } from '../../likeness/index.ts';
import { LIKENESS } from '../../likeness/index.ts';
import {
  addLikeness,
  likenessNamed,
  likenessesIn,
  newestFinished,
  soundNetwork,
  whileNoneTrains,
  whileTraining,
} from './likeness-files.ts';
import { likenessFolder } from './likeness-folder.ts';

const SAMPLE = path.resolve(import.meta.dirname, '../../../test/golden/files/likeness.1.json');

let folder: string;
let sample: LikenessRecord;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-likenesses-'));
  sample = parseFile(LIKENESS, await readFile(SAMPLE, 'utf8'), SAMPLE);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function performerWith(name: string, ...states: LikenessRecord['state'][]): Promise<string> {
  const performer = path.join(folder, name);
  for (const state of states) {
    const made = await addLikeness(performer);
    const files = likenessFolder(made);
    const sha256 = await files.writeNetwork(Buffer.from(path.basename(made)));
    const network = { sha256, step: 4, loss: 0.3 };
    await files.writeRecord({ ...sample, name: path.basename(made), state, network });
  }
  return performer;
}

describe('likenesses of a performer', () => {
  it('are numbered on, and the newest finished one is what is used', async () => {
    const performer = await performerWith('mara', 'finished', 'finished', 'training');
    expect((await likenessesIn(performer)).map(({ record }) => record.name)).toEqual(['v001', 'v002', 'v003']);
    expect((await newestFinished(performer))?.record.name).toBe('v002');
    expect((await likenessNamed(performer, 'Mara', 'v003')).record.state).toBe('training');
    await expect(likenessNamed(performer, 'Mara', 'v004')).rejects.toMatchObject({ code: 'likeness/unknown-version' });
  });

  it('are none where nothing was begun, and one that was killed at once is passed over', async () => {
    const performer = path.join(folder, 'nobody');
    expect(await likenessesIn(performer)).toEqual([]);
    await addLikeness(performer);
    expect(await newestFinished(performer)).toBeNull();
    expect(path.basename(await addLikeness(performer))).toBe('v002');
  });

  it('are held against what they say of themselves', async () => {
    const performer = await performerWith('changed', 'finished');
    const [stored] = await likenessesIn(performer);
    expect(await soundNetwork(stored)).toBe(path.join(stored.folder, 'network.onnx'));
    await writeFile(path.join(stored.folder, 'network.onnx'), 'something else');
    await expect(soundNetwork(stored)).rejects.toMatchObject({ code: 'likeness/damaged' });
    await rm(path.join(stored.folder, 'network.onnx'));
    await expect(soundNetwork(stored)).rejects.toMatchObject({ code: 'likeness/damaged' });
  });

  it('are not used silently when they are of a newer Dorian', async () => {
    const performer = await performerWith('newer', 'finished');
    const file = path.join(performer, 'likenesses/v001/likeness.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"version": 1', '"version": 99'));
    await expect(newestFinished(performer)).rejects.toMatchObject({ code: 'file/newer-version' });
  });

  it('are taught one at a time; a lock whose holder is gone is taken over', async () => {
    const performer = path.join(folder, 'busy');
    const lock = path.join(performer, 'likenesses/lock');
    await whileTraining(performer, async () => {
      await expect(whileTraining(performer, async () => {})).rejects.toMatchObject({
        code: 'likeness/already-training',
      });
    });
    await mkdir(path.dirname(lock), { recursive: true });
    await writeFile(lock, `${hostname()} 999999999\n`);
    expect(await whileTraining(performer, async () => 'taught')).toBe('taught');
    await writeFile(lock, 'another-machine 1\n');
    await expect(whileTraining(performer, async () => {})).rejects.toMatchObject({ code: 'likeness/already-training' });
  });
});

describe('a performer that is forgotten', () => {
  it('is not deleted under a training, nor taught while it is deleted', async () => {
    const performer = await performerWith('forgotten', 'finished');
    const refusal = { code: 'likeness/already-training' };
    await whileTraining(performer, async () => {
      await expect(whileNoneTrains(performer, async () => {})).rejects.toMatchObject(refusal);
    });
    await whileNoneTrains(performer, async () => {
      await expect(whileTraining(performer, async () => {})).rejects.toMatchObject(refusal);
      await rm(performer, { recursive: true });
    });
    await whileNoneTrains(performer, async () => {});
    expect(existsSync(performer)).toBe(false);
  });
});

describe('the log of a training', () => {
  it('loses what came after the step that is gone on from', async () => {
    const made = await addLikeness(path.join(folder, 'logged'));
    const files = likenessFolder(made);
    const read = (): Promise<string> => readFile(path.join(made, 'log.csv'), 'utf8');
    await files.beginLog(['step', 'loss'], 0);
    for (const step of [1, 2, 3]) files.log([String(step), '0.5']);
    // a line that a kill cut off
    await writeFile(path.join(made, 'log.csv'), `${await read()}4`);
    await files.beginLog(['step', 'loss'], 2);
    files.log(['3', '0.4']);
    expect(await read()).toBe('step,loss\n1,0.5\n2,0.5\n3,0.4\n');
    await files.beginLog(['step', 'loss'], 0);
    expect(await read()).toBe('step,loss\n');
  });
});
