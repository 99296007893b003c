// From twelve photos to a likeness and a picture made with it, as a person would: a training to its end, one that is killed
// and goes on, two at once, consent that is withdrawn in the middle.

import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCareerMean } from '../../src/adapters/node/career-mean-file.ts';
import { likenessesIn, soundNetwork } from '../../src/adapters/node/likeness-files.ts';
import { likenessFolder } from '../../src/adapters/node/likeness-folder.ts';
import { openPerformerFolder } from '../../src/adapters/node/performer-folder.ts';
import { photoFiles } from '../../src/adapters/node/photo-files.ts';
import { openProduction } from '../../src/adapters/node/production.ts';
import { openProgramSession } from '../../src/adapters/node/program-session.ts';
import { nodeAvVideoFiles } from '../../src/adapters/node/video-node-av.ts';
import type { AgainReport } from '../../src/cli/bench/again.ts';
import { likenessToMeasure } from '../../src/cli/bench/likeness-to-measure.ts';
import { beginNew } from '../../src/cli/train/beginning.ts';
import { trainingTools } from '../../src/cli/train/tools.ts';
import { CodedError, parseFile } from '../../src/core/index.ts';
import { findPerformer, recordInForce } from '../../src/library/index.ts';
import type { LikenessListeners, LikenessNeeds, LikenessRecord } from '../../src/likeness/index.ts';
import { LIKENESS_RECIPE, readCareerCrops, recipeWith, trainLikeness } from '../../src/likeness/index.ts';
import type { TrainingMove, TrainingSession } from '../../src/model/index.ts';
import { requireConsent } from '../../src/trust/index.ts';
import { dorian, startDorian } from '../command-line.ts';
import { demoPerformerFolder } from '../project-folders.ts';

const PHOTOS = ['000', '001', '002', '008', '010', '015', '045', '048', '052', '060', '069', '076'];
/** Three pictures a step, so that it takes seconds. */
const TINY = {
  schema: 'dorian/likeness-recipe',
  version: 1,
  people: 1,
  entries: { pairs: 1, still: 0, back: 1, carried: 1 },
  examBatches: 1,
};
const STEPS = '6';

let folder: string;
let show: string;
let performerFolder: string;
let recipe: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-train-'));
  show = path.join(folder, 'show');
  performerFolder = path.join(show, 'performers/actor-a');
  recipe = path.join(folder, 'recipe.json');
  await writeFile(recipe, JSON.stringify(TINY));
  await dorian(['init', show, '--title', 'Dorian demo'], folder);
  const photos = PHOTOS.map((name) => path.join(demoPerformerFolder, 'career', `${name}.jpg`));
  const consent = path.join(demoPerformerFolder, 'consent.json');
  const who = ['--performer', 'Actor A', '--born', '1964-01-01', '--consent', consent];
  await dorian(['ingest', ...photos, ...who, '--json'], show);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function train(...more: string[]): ReturnType<typeof startDorian> {
  return startDorian(['train', 'actor-a', ...more, '--json'], show);
}

function begun(...more: string[]): ReturnType<typeof startDorian> {
  return train('--steps', STEPS, '--recipe', recipe, ...more);
}

/** Rows of numbers, the step first. */
async function lossesOf(version: string): Promise<number[][]> {
  const text = await readFile(path.join(performerFolder, 'likenesses', version, 'log.csv'), 'utf8');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
}

/** The largest difference of two logs. */
function apart(rows: readonly number[][], others: readonly number[][]): number {
  const differences = rows.flatMap((row, k) => row.map((value, column) => Math.abs(value - others[k][column])));
  return rows.length === others.length ? Math.max(...differences) : Infinity;
}

async function recordOf(version: string): Promise<LikenessRecord | null> {
  const all = await likenessesIn(performerFolder);
  return all.find(({ record }) => record.name === version)?.record ?? null;
}

async function untilStep(version: string, step: number): Promise<void> {
  for (let tries = 0; ((await recordOf(version))?.step ?? -1) < step; tries++) {
    if (tries > 1500) throw new Error(`${version} did not come to step ${step}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The demo performer's folder with the photos of this test and a likeness of theirs that ships. */
async function performerWithLikeness(version: string): Promise<string> {
  const performer = path.join(folder, 'performer');
  for (const name of ['manifest.json', 'consent.json', ...PHOTOS.map((photo) => `career/${photo}.jpg`)])
    await cp(path.join(demoPerformerFolder, name), path.join(performer, name));
  const notShipped = ['checkpoint.bin', 'preview.png'];
  await cp(path.join(performerFolder, 'likenesses', version), path.join(performer, 'likeness'), {
    recursive: true,
    filter: (file) => !notShipped.includes(path.basename(file)),
  });
  return performer;
}

/** `dorian train` in this process, on what is given. */
async function taughtHere(
  folderOfShow: string,
  { onMove, ...given }: Pick<LikenessNeeds, 'openSession' | 'openOther'> & Pick<LikenessListeners, 'onMove'>,
): Promise<{ version: string; record: LikenessRecord }> {
  const production = openProduction(folderOfShow);
  try {
    const { catalogue, title, performerFolder: folderOf } = production;
    const performer = findPerformer(catalogue, 'actor-a');
    const consent = recordInForce(catalogue.consents(performer.slug));
    const use = { kind: 'learn', performer: performer.name, production: title, on: '2026-11-28' } as const;
    const chosen = recipeWith(parseFile(LIKENESS_RECIPE, JSON.stringify(TINY), 'recipe'));
    const photos = await readCareerCrops(requireConsent(performer, consent, use), catalogue, photoFiles(folderOf), {
      sizePx: chosen.sizePx,
    });
    const career = requireConsent({ performer, photos }, consent, use);
    const asked = { steps: Number(STEPS), minutes: null };
    const wanted = {
      asked,
      from: 'prior',
      seed: 1,
      recipe: chosen,
      again: null,
      consentId: consent?.id ?? '',
    } as const;
    const beginning = await beginNew(production, performer, career, wanted);
    const order = { ...beginning, previewAges: [25], checkpointSeconds: 1e9 };
    const needs = {
      ...trainingTools('cpu'),
      ...given,
      folder: likenessFolder(beginning.folder),
      stillAllowed: () => {},
      now: () => new Date().toISOString(),
    };
    const record = await trainLikeness(career, order, needs, { onMove });
    return { version: path.basename(beginning.folder), record };
  } finally {
    production.close();
  }
}

/** A session whose device is lost at the nth step, and cannot even be closed. */
function losing(session: TrainingSession, n: number): TrainingSession {
  let steps = 0;
  const lost = new CodedError('model/step-failed', 'the device is lost', { hint: 'Resume on the CPU.', retry: true });
  return {
    setState: (state) => session.setState(state),
    state: (isWanted) => session.state(isWanted),
    step: (feeds) => (++steps < n ? session.step(feeds) : Promise.reject(lost)),
    async close() {
      await session.close();
      throw new Error('there is no device to close');
    },
  };
}

describe('dorian train', () => {
  it('makes a likeness out of twelve photos', async () => {
    const { exitCode, stdout, stderr } = await begun().ended;
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ name: 'v001', state: 'finished', photos: 12, heldOut: 2, step: 6 });
    const [{ folder: made, record }] = await likenessesIn(performerFolder);
    expect(await soundNetwork({ folder: made, record })).toBe(path.join(made, 'network.onnx'));
    expect(record.consentId).toBe('demo-actor-a-1');
    // before the first step, and at the end
    expect(record.marks.map(({ step }) => step)).toEqual([0, 6]);
    expect(record.network?.loss).toBe(Math.min(...record.marks.map(({ loss }) => loss)));
    expect((await lossesOf('v001')).map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    const mean = await readCareerMean(path.join(made, 'career-mean'));
    expect(mean?.knots.length).toBeGreaterThan(5);
    // two held-out photos, each beside four ages
    const preview = await sharp(path.join(made, 'preview.png')).metadata();
    expect([preview.width, preview.height]).toEqual([5 * 260 - 4, 2 * 260 - 4]);
  });

  it('goes on after a kill as if nothing had been, and lets nobody else train meanwhile', async () => {
    const killed = begun('--checkpoint-minutes', '0.0001');
    await untilStep('v002', 2);
    const other = await begun().ended;
    expect(other.exitCode).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ error: { code: 'likeness/already-training' } });
    const forgotten = await dorian(['forget', 'actor-a', '--yes-delete', 'actor-a', '--json'], show);
    expect(JSON.parse(forgotten.stdout)).toMatchObject({ error: { code: 'likeness/already-training' } });
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect((await recordOf('v002'))?.state).toBe('training');
    const resumed = await train('--resume').ended;
    expect(resumed.exitCode).toBe(0);
    expect(JSON.parse(resumed.stdout)).toMatchObject({ name: 'v002', state: 'finished', step: 6 });
    const [whole, inTwo] = [await lossesOf('v001'), await lossesOf('v002')];
    expect(inTwo.map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    // the first steps are not repeated, the last ones are begun from the checkpoint
    expect(apart(inTwo, whole)).toBeLessThan(1e-6);
    const again = await train('--resume').ended;
    expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'likeness/nothing-to-resume' } });
  });

  it('is stopped by Ctrl-C with a checkpoint, and goes on as if it had not been', async () => {
    const stopped = begun('--checkpoint-minutes', '0.0001');
    await untilStep('v003', 2);
    stopped.child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await stopped.ended;
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Stopping after this step');
    const left = JSON.parse(stdout) as LikenessRecord;
    expect(left.state).toBe('training');
    expect(left.step).toBeLessThan(6);
    expect((await train('--resume').ended).exitCode).toBe(0);
    expect(apart(await lossesOf('v003'), await lossesOf('v001'))).toBeLessThan(1e-6);
    await rm(path.join(performerFolder, 'likenesses/v003'), { recursive: true });
  });

  it('photo takes the newest, or the one that is asked for, and says which', async () => {
    const still = path.join(demoPerformerFolder, 'career/045.jpg');
    const made = async (name: string, ...more: string[]): Promise<{ name: string }[]> => {
      const who = ['--performer', 'Actor A', '--age', '30', '--shot-on', '2012-01-01', '-o', path.join(folder, name)];
      const { exitCode, stdout } = await dorian(['photo', still, ...who, ...more, '--json'], show);
      expect(exitCode).toBe(0);
      return (JSON.parse(stdout) as { likenesses: { name: string }[] }).likenesses;
    };
    expect(await made('newest.png')).toMatchObject([{ performer: 'Actor A', name: 'v002' }]);
    expect(await made('first.png', '--likeness', 'v001')).toMatchObject([{ name: 'v001' }]);
    expect(await made('prior.png', '--likeness', 'prior')).toMatchObject([{ name: 'prior' }]);
    const taught = await readFile(path.join(folder, 'newest.png'));
    expect(taught.equals(await readFile(path.join(folder, 'prior.png')))).toBe(false);
    const options = [
      '--performer',
      'Actor A',
      '--age',
      '30',
      '-o',
      path.join(folder, 'none.png'),
      '--likeness',
      'v009',
    ];
    const refused = await dorian(['photo', still, ...options, '--json'], show);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'likeness/unknown-version' } });
    expect(existsSync(path.join(folder, 'none.png'))).toBe(false);
    const of = await openPerformerFolder(demoPerformerFolder, nodeAvVideoFiles);
    expect(await likenessToMeasure(show, undefined)(of)).toMatchObject([{ name: 'v002', photos: 12 }]);
  });

  it('makes the same likeness again, which bench train checks', async () => {
    const performer = await performerWithLikeness('v001');
    const record = path.join(performer, 'likeness/likeness.json');
    const options = ['bench', 'train', '--performer-dir', performer, '--steps', '3', '--json'];
    const again = await dorian(options, show);
    expect(again).toMatchObject({ exitCode: 0 });
    const { steps, isSame, largest } = JSON.parse(again.stdout) as AgainReport;
    expect({ steps, isSame }).toEqual({ steps: 3, isSame: true });
    expect(Object.keys(largest)).toContain('gradientNorm');
    // another seed is another training
    const shipped = await readFile(record, 'utf8');
    await writeFile(record, shipped.replace('"seed": 1', '"seed": 2'));
    expect((await dorian(options, show)).exitCode).toBe(1);
    // one photo less is another career
    const { photos, ...rest } = JSON.parse(shipped) as { photos: unknown[] };
    await writeFile(record, JSON.stringify({ ...rest, photos: photos.slice(1) }));
    const refused = await train('--again', record).ended;
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'likeness/career-changed' } });
    expect(await recordOf('v003')).toBeNull();
  });

  it('goes on with the same losses where the device is lost in the middle', async () => {
    const moves: TrainingMove[] = [];
    const { version, record } = await taughtHere(show, {
      openSession: async (program) => losing(await openProgramSession(program, { provider: 'cpu', threads: 2 }), 4),
      openOther: (program) => openProgramSession(program, { provider: 'cpu', threads: 2 }),
      onMove: (move) => void moves.push(move),
    });
    expect(moves).toEqual([{ step: 4, backTo: 0 }]);
    expect(record.state).toBe('finished');
    // lines of steps that were done again are there once
    expect(apart(await lossesOf(version), await lossesOf('v001'))).toBeLessThan(1e-6);
    await rm(path.join(performerFolder, 'likenesses', version), { recursive: true });
  });

  it('ends with what went wrong first where nothing takes over', async () => {
    const lost = taughtHere(show, {
      openSession: async (program) => losing(await openProgramSession(program, { provider: 'cpu', threads: 2 }), 2),
      openOther: null,
    });
    await expect(lost).rejects.toMatchObject({ code: 'model/step-failed' });
    await rm(path.join(performerFolder, 'likenesses/v003'), { recursive: true });
  });

  it('stops where consent is withdrawn, and does not begin again', async () => {
    const training = begun('--checkpoint-minutes', '0.0001', '--steps', '1000');
    await untilStep('v003', 1);
    const said = ['--by', 'Actor A', '--reason', 'A change of mind.'];
    const revoked = await dorian(['consent', 'revoke', 'demo-actor-a-1', ...said], show);
    expect(revoked.exitCode).toBe(0);
    const { exitCode, stdout } = await training.ended;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'trust/consent-revoked' } });
    expect((await recordOf('v003'))?.state).toBe('training');
    const resumed = await train('--resume').ended;
    expect(JSON.parse(resumed.stdout)).toMatchObject({ error: { code: 'trust/consent-revoked' } });
    const forgotten = await dorian(['forget', 'actor-a', '--yes-delete', 'actor-a'], show);
    expect(forgotten.exitCode).toBe(0);
    expect(existsSync(performerFolder)).toBe(false);
  });
});
