// Which ingredient of a likeness does what: the demo performer's likeness taught by one recipe after another, the same number
// of steps from the same seed, each measured beside the prior. `node bench/ablation.ts [--steps N] [--work FOLDER]`; stopped,
// it goes on with the next call. Writes bench/results/ablation-<machine>.json and docs/images/ablation.jpg.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadFaceNetworks } from '../src/adapters/node/face-networks.ts';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { writeImage } from '../src/adapters/node/images.ts';
import { likenessesIn } from '../src/adapters/node/likeness-files.ts';
import { openLikeness } from '../src/adapters/node/open-likeness.ts';
import type { PerformerFolder } from '../src/adapters/node/performer-folder.ts';
import { openPerformerFolder } from '../src/adapters/node/performer-folder.ts';
import { performerFolderIn } from '../src/adapters/node/production.ts';
import { loadVideoFiles } from '../src/adapters/node/video-files.ts';
import { benchProduction } from '../src/cli/bench/bench-production.ts';
import { contendersOn } from '../src/cli/bench/contenders.ts';
import { noteEvaluation } from '../src/cli/bench/fidelity-report.ts';
import { runFidelity, underManifest } from '../src/cli/bench/fidelity.ts';
import { machineFacts } from '../src/cli/bench/machine.ts';
import type { SheetRow } from '../src/cli/demo/contact-sheet.ts';
import { contactSheet } from '../src/cli/demo/contact-sheet.ts';
import { runOwnCommand } from '../src/cli/own-command.ts';
import { demoPerformerFolder, modelsFolder, projectFolder } from '../src/cli/project.ts';
import type { ChosenLikeness } from '../src/cli/reage/likeness.ts';
import { likenessFiles, shippedPrior } from '../src/cli/reage/likeness.ts';
import { CodedError } from '../src/core/index.ts';

interface Variant {
  readonly name: string;
  /** What the recipe changes, as a recipe file has it. */
  readonly recipe: Readonly<Record<string, unknown>>;
  /** Where it is not what is asked for. */
  readonly steps?: number;
}

/** Eight entries a batch, of one kind alone. */
const only = (kind: 'still' | 'back' | 'carried'): Variant['recipe'] => ({
  entries: { pairs: 0, still: 0, back: 0, carried: 0, [kind]: 8 },
});

/** Letters are those of docs/ablation.md. */
const VARIANTS: readonly Variant[] = [
  // one step at the rate's beginning moves nothing
  { name: 'H OWN MEAN', recipe: {}, steps: 1 },
  { name: 'A STILL', recipe: only('still') },
  { name: 'B BACK', recipe: only('back') },
  { name: 'C CARRIED', recipe: only('carried') },
  // a batch without the performer is refused
  { name: 'F PAIRS', recipe: { entries: { pairs: 6, still: 2, back: 0, carried: 0 } } },
  { name: 'D ALL, CRITIC', recipe: { weights: { critic: 0.05 } } },
  { name: 'ALL WEIGHTS', recipe: { taught: 'all', rate: 1e-4 } },
];

/** Saves half a minute a variant; the mean is a little softer in all of them. */
const SHARED = { aligned: false };

const SHOWN_FRAMES = [0, 24];
const SHOWN_AGES = [25, 75];
const FRAMES = 8;

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '100' },
    work: { type: 'string', default: path.join(projectFolder, '.cache/ablation') },
  },
});

/** Another prior, other variants: they begin anew. */
const workFolder = path.join(values.work, `${(await shippedPrior()).sha256.slice(0, 8)}-${values.steps}`);

/** Teaches what was not taught yet, in one production: v001 is the first variant. */
async function teach(of: PerformerFolder): Promise<ChosenLikeness[]> {
  const production = await benchProduction(path.join(workFolder, 'production'), of, false);
  const folder = performerFolderIn(production.folder, production.performer.slug);
  for (const [k, { name, recipe, steps }] of VARIANTS.entries()) {
    const begun = (await likenessesIn(folder)).length;
    const isFinished = (await likenessesIn(folder)).at(k)?.record.state === 'finished';
    if (isFinished) continue;
    const file = path.join(workFolder, `${k}.json`);
    await writeFileAtomic(file, JSON.stringify({ schema: 'dorian/likeness-recipe', version: 1, ...SHARED, ...recipe }));
    const how = begun > k ? ['--resume'] : ['--recipe', file, '--steps', String(steps ?? values.steps)];
    process.stderr.write(`${name}\n`);
    await runOwnCommand(['train', production.performer.name, ...how, '--production', production.folder], false);
  }
  const taught = (await likenessesIn(folder)).slice(0, VARIANTS.length);
  if (taught.length < VARIANTS.length || taught.some(({ record }) => record.state !== 'finished'))
    throw new CodedError('bench/not-trained', 'not all variants have been taught to their end', {
      hint: 'Run the same command again: it goes on where it stopped.',
      retry: true,
    });
  return Promise.all(taught.map(async (one, k) => ({ ...(await likenessFiles(one)), name: VARIANTS[k].name })));
}

/** What each makes of a few moments, beside the plate and the truth. */
async function draw(of: PerformerFolder, likenesses: readonly ChosenLikeness[]): Promise<string> {
  const [clip] = of.clips;
  const faces = await loadFaceNetworks(modelsFolder);
  const shown = [{ ...(await shippedPrior()), name: 'PRIOR' }, ...likenesses];
  const opened = await Promise.all(shown.map((one) => openLikeness(one, { threads: 1 })));
  try {
    const entrants = opened.map(({ predictor }) => ({ likeness: 'likeness' as const, photos: 0, predictor }));
    const both = await contendersOn(underManifest(clip, of), faces, entrants);
    const contenders = both.filter(({ tier }) => tier === 'final');
    const moments = SHOWN_AGES.flatMap((age) => SHOWN_FRAMES.map((frame) => ({ age, frame })));
    const plates = await Promise.all(moments.map(({ frame }) => clip.plate(clip.sourceAge, frame)));
    const rows: SheetRow[] = [
      { label: 'PLATE', plates },
      { label: 'TRUTH AT 25, 75', plates: await Promise.all(moments.map(({ age, frame }) => clip.plate(age, frame))) },
    ];
    for (const [k, contender] of contenders.entries()) {
      const made = [];
      for (const [n, { age, frame }] of moments.entries())
        made.push((await contender.reage(plates[n], frame, age)).plate);
      rows.push({ label: shown[k].name, plates: made });
    }
    const file = path.join(projectFolder, 'docs/images/ablation.jpg');
    await mkdir(path.dirname(file), { recursive: true });
    await writeImage(contactSheet(rows), file, { reAged: 'Re-aged by Dorian: a synthetic performer, for comparison' });
    return file;
  } finally {
    await Promise.all([faces, ...opened].map((one) => one.close()));
  }
}

const performer = await openPerformerFolder(demoPerformerFolder, await loadVideoFiles());
const likenesses = await teach(performer);
const report = await runFidelity(demoPerformerFolder, { frames: FRAMES }, async () =>
  likenesses.map((one) => underManifest(one, performer)),
);
await noteEvaluation(report);
const file = path.join(projectFolder, `bench/results/ablation-${machineFacts().machine}.json`);
await writeFileAtomic(file, `${JSON.stringify({ steps: Number(values.steps), ...report }, null, 2)}\n`);
process.stdout.write(`${file}\n${await draw(performer, likenesses)}\n`);
