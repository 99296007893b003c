// The demo's fidelity table: a few frames, so that it takes seconds; `dorian bench fidelity` measures all of them.

import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../adapters/node/files.ts';
import { formatFile, isCodedError, parseFile } from '../../core/index.ts';
import { runFidelity, underManifest } from '../bench/fidelity.ts';
import type { FidelityReport } from '../bench/fidelity-report.ts';
import { FIDELITY_REPORT } from '../bench/fidelity-report.ts';
import { fidelityTable } from '../bench/fidelity-table.ts';
import { commitName } from '../bench/machine.ts';
import { Progress } from '../progress.ts';
import { demoPerformerFolder } from '../project.ts';
import type { ChosenLikeness } from '../reage/likeness.ts';
import type { DemoFolder } from './folder.ts';

const FRAMES = 8;

/** Measures prior and likeness, or takes what an earlier run with the same program and likeness measured. */
export async function demoFidelity(
  files: DemoFolder,
  likeness: ChosenLikeness | null,
  isQuiet: boolean,
): Promise<{ readonly report: FidelityReport; readonly text: string }> {
  const report = (await measuredBefore(files, likeness)) ?? (await measureNow(files, likeness, isQuiet));
  const note = `${FRAMES} frames spread over the clip. "none" is the plate as it is, "ceiling" what no network of this size can pass.\nAll frames: npm run -s dorian -- bench fidelity. The words: docs/measures.md.`;
  return { report, text: `${fidelityTable(report)}${note}` };
}

async function measuredBefore(
  { fidelity }: DemoFolder,
  likeness: ChosenLikeness | null,
): Promise<FidelityReport | null> {
  const text = await readFile(fidelity, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const report = parseFile(FIDELITY_REPORT, text, fidelity);
    const commit = await commitName();
    const isSame = report.commit === commit && !commit.endsWith('+') && commit !== 'unknown';
    return isSame && report.likenesses.at(0)?.sha256 === likeness?.sha256 ? report : null;
  } catch (error) {
    if (isCodedError(error)) return null;
    throw error;
  }
}

async function measureNow(
  { fidelity }: DemoFolder,
  likeness: ChosenLikeness | null,
  isQuiet: boolean,
): Promise<FidelityReport> {
  let progress = new Progress('Frames measured', 0, isQuiet);
  const onProgress = (done: number, total: number): void => {
    if (done === 1) progress = new Progress('Frames measured', total, isQuiet);
    progress.update(done);
  };
  const report = await runFidelity(demoPerformerFolder, { frames: FRAMES, onProgress }, async (folder) =>
    likeness ? [underManifest(likeness, folder)] : [],
  );
  progress.finish();
  await writeFileAtomic(fidelity, formatFile(FIDELITY_REPORT, report));
  return report;
}
