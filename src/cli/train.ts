// `dorian train NAME`: teaches a likeness from the performer's own photos, beginning from the prior.

import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { Consented } from '../core/index.ts';
import { MIN_TARGET_AGE, parseFile } from '../core/index.ts';
import type { Performer } from '../library/index.ts';
import { findPerformer, recordInForce } from '../library/index.ts';
import type { LikenessCareer, LikenessFolder, LikenessRecipe, LikenessRecord } from '../likeness/index.ts';
import {
  LIKENESS,
  LIKENESS_RECIPE,
  PREVIEW_AGES,
  readCareerCrops,
  recipeWith,
  refuseThinCareer,
  trainLikeness,
} from '../likeness/index.ts';
import type { ConsentRecord } from '../trust/index.ts';
import { requireConsent } from '../trust/index.ts';
import { notFound } from '../adapters/node/files.ts';
import { whileTraining } from '../adapters/node/likeness-files.ts';
import { likenessFolder } from '../adapters/node/likeness-folder.ts';
import { photoFiles } from '../adapters/node/photo-files.ts';
import type { Production } from '../adapters/node/production.ts';
import { callerPath, printJson } from './command.ts';
import { countingNumber, positiveNumber, wholeNumber } from './numbers.ts';
import { openCallersProduction, today } from './production.ts';
import { Progress } from './progress.ts';
import { beginNew, endOf, goOn } from './train/beginning.ts';
import type { Beginning, NewLikeness } from './train/beginning.ts';
import { likenessFiles } from './reage/likeness.ts';
import { judge } from './train/judge.ts';
import { tellTraining } from './train/telling.ts';
import { trainingTools } from './train/tools.ts';

export interface TrainOptions {
  readonly minutes?: number;
  readonly steps?: number;
  readonly resume?: boolean;
  readonly device: 'cpu' | 'webgpu';
  readonly from: 'prior' | 'scratch';
  readonly seed: number;
  readonly recipe?: string;
  /** A likeness.json. */
  readonly again?: string;
  readonly stopAfter?: number;
  readonly checkpointMinutes: number;
  readonly production?: string;
  readonly json?: boolean;
}

/** Given neither steps nor minutes. */
const USUAL_MINUTES = 60;

async function run(name: string, options: TrainOptions): Promise<void> {
  const production = openCallersProduction(options.production);
  try {
    const performer = findPerformer(production.catalogue, name);
    const performerFolder = production.performerFolder(performer.slug);
    // before anything is read or locked
    allowed(production, performer, performer);
    const { record, folder } = await whileTraining(performerFolder, () => teach(production, performer, options));
    if (options.json) printJson({ schema: 'dorian/train-result', version: 1, folder, ...asResult(record) });
    process.exitCode = record.state === 'finished' ? 0 : 2;
  } finally {
    production.close();
  }
}

async function teach(
  production: Production,
  performer: Performer,
  options: TrainOptions,
): Promise<{ record: LikenessRecord; folder: string }> {
  const wanted = await newLikeness(options);
  const resumed = options.resume ? await goOn(production, performer, options) : null;
  const { sizePx } = resumed?.record.recipe ?? wanted.recipe;
  const career = await readCareer(production, performer, sizePx, Boolean(options.json));
  // before a version is begun
  refuseThinCareer(career);
  const consent = consentOf(production, performer);
  const begun: Beginning =
    resumed ?? (await beginNew(production, performer, career, { ...wanted, consentId: consent?.id ?? '' }));
  const telling = tellTraining(begun, { isQuiet: Boolean(options.json), stopAfter: options.stopAfter });
  const order = {
    record: begun.record,
    prior: begun.prior,
    checkpoint: begun.checkpoint,
    previewAges: agesToShow(consent),
    checkpointSeconds: options.checkpointMinutes * 60,
    signal: telling.signal,
  };
  const needs = {
    folder: likenessFolder(begun.folder),
    ...trainingTools(options.device),
    stillAllowed: () => void allowed(production, performer, performer),
    now: () => new Date().toISOString(),
  };
  try {
    const taught = await trainLikeness(career, order, needs, telling.listeners);
    const record =
      taught.state === 'finished' ? await judged(taught, needs.folder, begun.folder, career, consent) : taught;
    telling.end(record);
    return { record, folder: begun.folder };
  } finally {
    telling.close();
  }
}

/** With its mark beside the prior's. */
async function judged(
  record: LikenessRecord,
  files: LikenessFolder,
  folder: string,
  career: Consented<LikenessCareer>,
  consent: ConsentRecord | null,
): Promise<LikenessRecord> {
  const [youngest, oldest] = consent?.ages ?? [MIN_TARGET_AGE, MIN_TARGET_AGE];
  const ages = [Math.max(MIN_TARGET_AGE, youngest), oldest] as const;
  const marked = { ...record, identity: await judge(career, await likenessFiles({ folder, record }), ages) };
  await files.writeRecord(marked);
  return marked;
}

/** What the options ask for, where nothing is gone on with. */
async function newLikeness(options: TrainOptions): Promise<Omit<NewLikeness, 'consentId'>> {
  const again = options.again === undefined ? null : parseFile(LIKENESS, await readText(options.again), options.again);
  const usual = again?.asked ?? { steps: null, minutes: USUAL_MINUTES };
  const asked = options.steps === undefined && options.minutes === undefined ? usual : endOf(options);
  const { from, seed } = again ?? options;
  return { asked, from, seed, recipe: again?.recipe ?? (await recipeOf(options)), again };
}

async function recipeOf({ recipe }: TrainOptions): Promise<LikenessRecipe> {
  return recipeWith(recipe === undefined ? {} : parseFile(LIKENESS_RECIPE, await readText(recipe), recipe));
}

/** The gate: brands what is to be learned from, under the record that is in force now. */
function allowed<T>(production: Production, performer: Performer, subject: T): Consented<T> {
  const use = { kind: 'learn', performer: performer.name, production: production.title, on: today() } as const;
  return requireConsent(subject, consentOf(production, performer), use);
}

function consentOf({ catalogue }: Production, { slug }: Performer): ConsentRecord | null {
  return recordInForce(catalogue.consents(slug));
}

/** Ages outside the consent are not even previewed. */
function agesToShow(record: ConsentRecord | null): number[] {
  const [min, max] = record?.ages ?? [0, 0];
  return PREVIEW_AGES.filter((age) => age >= min && age <= max);
}

async function readCareer(
  production: Production,
  performer: Performer,
  sizePx: number,
  isQuiet: boolean,
): Promise<Consented<LikenessCareer>> {
  const progress = new Progress('photos read', 0, isQuiet);
  const photos = await readCareerCrops(
    allowed(production, performer, performer),
    production.catalogue,
    photoFiles(production.performerFolder),
    { sizePx, onProgress: (done) => progress.update(done) },
  );
  progress.finish();
  return allowed(production, performer, { performer, photos });
}

async function readText(given: string): Promise<string> {
  const file = callerPath(given);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw notFound(file, cause);
  });
}

function asResult({ photos, ...record }: LikenessRecord): object {
  return { ...record, photos: photos.length, heldOut: photos.filter(({ isHeldOut }) => isHeldOut).length };
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .argument('<name>', 'the performer')
    .option('--minutes <number>', `how long, all sittings together (default: ${USUAL_MINUTES})`, positiveNumber)
    .option('--steps <number>', 'or how many steps', countingNumber)
    .option('--resume', 'go on with the newest likeness, exactly where it was')
    .addOption(new Option('--device <device>', 'what it runs on').choices(['cpu', 'webgpu']).default('cpu'))
    .addOption(
      new Option('--from <weights>', 'what it begins with')
        .choices(['prior', 'scratch'])
        .default('prior')
        .conflicts('resume'),
    )
    .addOption(
      new Option('--seed <number>', 'another draw of batches').argParser(wholeNumber).default(1).conflicts('resume'),
    )
    .addOption(new Option('--recipe <file>', 'changes to the recipe; see docs/training.md').conflicts('resume'))
    .addOption(
      new Option('--again <file>', 'make the likeness of a likeness.json again, from the same photos').conflicts([
        'resume',
        'recipe',
        'seed',
        'from',
      ]),
    )
    .option('--stop-after <number>', 'stop after so many steps, as Ctrl-C does', countingNumber)
    .option('--checkpoint-minutes <number>', 'minutes between checkpoints', positiveNumber, 5)
    .option('--production <folder>', 'the production, if not the nearest one')
    .option('--json', 'one JSON object on standard output')
    .action(run);
}
