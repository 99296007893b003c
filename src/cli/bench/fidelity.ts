// `dorian bench fidelity`: how near prior and likeness come to the truth of a synthetic performer, on the path of a render.

import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { loadFaceNetworks } from '../../adapters/node/face-networks.ts';
import { writeFileAtomic } from '../../adapters/node/files.ts';
import { openLikeness } from '../../adapters/node/open-likeness.ts';
import type { PerformerFolder } from '../../adapters/node/performer-folder.ts';
import { openPerformerFolder } from '../../adapters/node/performer-folder.ts';
import { loadVideoFiles } from '../../adapters/node/video-files.ts';
import type { Consented, FileSchema } from '../../core/index.ts';
import { formatFile } from '../../core/index.ts';
import type { FidelityResult, FidelityRow, FidelityRunOptions, TruthClip } from '../../measure/index.ts';
import { makeFaceReader, measureFidelity } from '../../measure/index.ts';
import { requireConsent, selfDeclaredRecord } from '../../trust/index.ts';
import { modelsFolder, projectFolder } from '../project.ts';
import type { ChosenLikeness } from '../reage/likeness.ts';
import { PRIOR, shippedPrior } from '../reage/likeness.ts';
import type { Entrant } from './contenders.ts';
import { contendersOn } from './contenders.ts';
import type { MachineFacts } from './machine.ts';
import { commitName, isCheckout, machineFacts, machineShape } from './machine.ts';

export interface FidelityReport {
  readonly rows: readonly FidelityRow[];
  /** Which one the rows `likeness` are of; null where there are none. */
  readonly likeness: { readonly name: string; readonly sha256: string } | null;
  /** Shimmer of the truth itself, beside which the rows' is to be read. */
  readonly truthShimmer: FidelityResult['truthShimmer'];
  /** Frames measured of each clip. */
  readonly frames: number;
  readonly measuredOn: string;
  readonly commit: string;
  readonly machine: MachineFacts;
}

const figure = z.number().nullable();

export const FIDELITY_REPORT: FileSchema<FidelityReport> = {
  name: 'dorian/bench-fidelity',
  version: 1,
  shape: z.object({
    rows: z.array(
      z.object({
        performer: z.string(),
        clip: z.string(),
        likeness: z.enum(['none', 'prior', 'likeness', 'ceiling']),
        tier: z.enum(['live', 'final']),
        photos: z.int(),
        targetAge: z.number(),
        gapPixel: figure,
        gapDetail: figure,
        energy: figure,
        gapIdentity: figure,
        gapAge: figure,
        gapShape: figure,
        gapHair: figure,
        flicker: figure,
        shimmer: figure,
        outside: z.number(),
        meanChange: figure,
      }),
    ),
    likeness: z.object({ name: z.string(), sha256: z.string() }).nullable().default(null),
    truthShimmer: z.array(z.object({ targetAge: z.number(), shimmer: figure })),
    frames: z.int(),
    measuredOn: z.string(),
    commit: z.string(),
    machine: machineShape,
  }),
};

/** The gate: the manifest, which says that nobody is shown, stands as the declaration for its own clips. */
function consentedClip(clip: TruthClip, folder: PerformerFolder): Consented<TruthClip> {
  const on = new Date().toISOString().slice(0, 10);
  const inputSha256 = folder.manifestSha256;
  const record = selfDeclaredRecord({
    performer: folder.performer,
    declaredBy: 'manifest.json of a synthetic performer',
    role: 'self',
    inputSha256,
    on,
  });
  const use = { kind: 'render', performer: folder.performer, targetAges: clip.ages, inputSha256, on } as const;
  return requireConsent(clip, record, use);
}

/** A likeness of the performer, under their consent to every age that is measured. */
export type LikenessFor = (performer: string, ages: readonly number[]) => Promise<Consented<ChosenLikeness> | null>;

/**
 * Measures the prior, and the performer's likeness where there is one, on all clips of a performer's folder.
 *
 * @throws {CodedError} `measure/not-a-performer-folder`, `measure/not-synthetic`, what opening networks and clips throws
 */
export async function runFidelity(
  folder: string,
  options: FidelityRunOptions,
  likenessFor: LikenessFor = async () => null,
): Promise<FidelityReport> {
  const videoFiles = await loadVideoFiles();
  const performer = await openPerformerFolder(folder, videoFiles);
  const machine = machineFacts();
  const faces = await loadFaceNetworks(modelsFolder);
  const ages = [...new Set(performer.clips.flatMap((clip) => clip.ages))];
  const opened: (Entrant & { close(): Promise<void> })[] = [];
  try {
    const likeness = await likenessFor(performer.performer, ages);
    for (const one of [await shippedPrior(), ...(likeness ? [likeness] : [])]) {
      const { predictor, close } = await openLikeness(one, { threads: machine.cores });
      opened.push({ likeness: one.name === PRIOR ? 'prior' : 'likeness', photos: one.photos, predictor, close });
    }
    const reader = makeFaceReader(faces.networks, faces.tables);
    const results: FidelityResult[] = [];
    for (const clip of performer.clips) {
      const consented = consentedClip(clip, performer);
      results.push(await measureFidelity(clip, await contendersOn(consented, faces, opened), reader, options));
    }
    return {
      rows: results.flatMap((result) => result.rows.map(rounded)),
      likeness: likeness && { name: likeness.name, sha256: likeness.sha256 },
      truthShimmer: results.flatMap((result) => result.truthShimmer.map(rounded)),
      frames: Math.max(...results.map((result) => result.frames.length)),
      measuredOn: new Date().toISOString(),
      commit: await commitName(),
      machine,
    };
  } finally {
    await Promise.all([faces, ...opened].map((one) => one.close()));
  }
}

/** Numbers to five decimals: what is beyond is noise of the machine. */
function rounded<T extends object>(row: T): T {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value * 1e5) / 1e5 : (value as unknown),
    ]),
  ) as T;
}

const resultsFolder: string = path.join(projectFolder, 'bench/results');

/** Every look at the evaluation clip is written down where this is a checkout, so that tuning on it would show. */
export async function noteEvaluation({
  rows,
  likeness: taught,
  measuredOn,
  commit,
  frames,
}: FidelityReport): Promise<void> {
  const lines = rows
    .filter(({ likeness }) => likeness === 'prior' || likeness === 'likeness')
    .map(({ performer, clip, likeness, tier, photos, targetAge, ...figures }) => {
      const named = Object.entries(figures).map(([name, value]) => `${name}=${value ?? '-'}`);
      const version = likeness === 'likeness' && taught ? `=${taught.name}-${taught.sha256.slice(0, 12)}` : '';
      const what = `${performer}/${clip} frames=${frames} ${likeness}${version} ${tier} photos=${photos} to=${targetAge}`;
      return `${measuredOn} ${commit} ${what} ${named.join(' ')}`;
    });
  await noteLines(lines);
}

/** Adds lines to the log of evaluations; nothing outside a checkout. */
export async function noteLines(lines: readonly string[]): Promise<void> {
  if (!isCheckout()) return;
  await mkdir(resultsFolder, { recursive: true });
  await appendFile(path.join(resultsFolder, 'evaluations.log'), lines.map((line) => `${line}\n`).join(''));
}

/** @returns The file's path: `bench/results/fidelity-<machine>.json`. */
export async function saveFidelity(report: FidelityReport): Promise<string> {
  const file = path.join(resultsFolder, `fidelity-${report.machine.machine}.json`);
  await writeFileAtomic(file, formatFile(FIDELITY_REPORT, report));
  return file;
}

const COLUMNS = [
  'gapPixel',
  'gapDetail',
  'energy',
  'gapIdentity',
  'gapAge',
  'gapShape',
  'gapHair',
  'flicker',
  'shimmer',
  'outside',
  'meanChange',
] as const;

/** The report as text: one table for each clip and target age. */
export function fidelityTable({ rows, truthShimmer, frames }: FidelityReport): string {
  const lines: string[] = [];
  let title = '';
  for (const row of rows) {
    const heading = `${row.performer}, clip ${row.clip}, ${frames} frames, re-aged to ${row.targetAge}`;
    if (heading !== title) {
      if (title) lines.push('');
      const truth = truthShimmer.find(({ targetAge }) => targetAge === row.targetAge)?.shimmer ?? null;
      lines.push(truth === null ? heading : `${heading} (shimmer of the truth itself: ${truth.toFixed(2)})`);
      lines.push(`  ${''.padEnd(9)}${COLUMNS.map((name) => name.padStart(columnWidth(name))).join('')}`);
      title = heading;
    }
    const cells = COLUMNS.map((name) => cell(name, row[name]).padStart(columnWidth(name)));
    lines.push(`  ${row.likeness.padEnd(9)}${cells.join('')}`);
  }
  return `${lines.join('\n')}\n`;
}

function columnWidth(name: string): number {
  return Math.max(name.length, 6) + 2;
}

function cell(name: (typeof COLUMNS)[number], value: number | null): string {
  if (value === null) return '-';
  return value.toFixed(name === 'meanChange' || name === 'outside' ? 4 : name === 'shimmer' ? 2 : 3);
}
