// What `dorian bench fidelity` found, as a file, and where it is kept.

import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../adapters/node/files.ts';
import type { FileSchema } from '../../core/index.ts';
import { formatFile } from '../../core/index.ts';
import type { FidelityResult, FidelityRow } from '../../measure/index.ts';
import { projectFolder } from '../project.ts';
import type { MachineFacts } from './machine.ts';
import { isCheckout, machineShape } from './machine.ts';

/** A row, and which likeness it is of. */
export interface ReportRow extends FidelityRow {
  /** `v001` … of a production, `shipped`, `trained`; null in the other rows. */
  readonly version: string | null;
}

export interface FidelityReport {
  readonly rows: readonly ReportRow[];
  /** What the rows `likeness` are of, in their order. */
  readonly likenesses: readonly { readonly name: string; readonly sha256: string }[];
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
        version: z.string().nullable().default(null),
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
    likenesses: z.array(z.object({ name: z.string(), sha256: z.string() })).default([]),
    truthShimmer: z.array(z.object({ targetAge: z.number(), shimmer: figure })),
    frames: z.int(),
    measuredOn: z.string(),
    commit: z.string(),
    machine: machineShape,
  }),
};

const resultsFolder: string = path.join(projectFolder, 'bench/results');

/** Every look at the evaluation clip is written down where this is a checkout, so that tuning on it would show. */
export async function noteEvaluation({ rows, likenesses, measuredOn, commit, frames }: FidelityReport): Promise<void> {
  const lines = rows
    .filter(({ likeness }) => likeness === 'prior' || likeness === 'likeness')
    .map(({ performer, clip, likeness, version: of, tier, photos, targetAge, ...figures }) => {
      const named = Object.entries(figures).map(([name, value]) => `${name}=${value ?? '-'}`);
      const taught = likenesses.find(({ name }) => name === of);
      const version = taught ? `=${taught.name}-${taught.sha256.slice(0, 12)}` : '';
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
