// `dorian bench fidelity`: how near prior and likeness come to the truth of a synthetic performer, on the path of a render.

import { loadFaceNetworks } from '../../adapters/node/face-networks.ts';
import { openLikeness } from '../../adapters/node/open-likeness.ts';
import type { PerformerFolder } from '../../adapters/node/performer-folder.ts';
import { openPerformerFolder } from '../../adapters/node/performer-folder.ts';
import { loadVideoFiles } from '../../adapters/node/video-files.ts';
import type { Consented } from '../../core/index.ts';
import type { FidelityResult, FidelityRow, FidelityRunOptions } from '../../measure/index.ts';
import { makeFaceReader, measureFidelity } from '../../measure/index.ts';
import { requireConsent, selfDeclaredRecord } from '../../trust/index.ts';
import { modelsFolder } from '../project.ts';
import type { Tier } from '../../reage/index.ts';
import type { ChosenLikeness } from '../reage/likeness.ts';
import { shippedPrior } from '../reage/likeness.ts';
import type { Entrant } from './contenders.ts';
import { contendersOn } from './contenders.ts';
import type { FidelityReport, ReportRow } from './fidelity-report.ts';
import { commitName, machineFacts } from './machine.ts';

/**
 * The gate: the manifest, which says that nobody is shown, stands as the declaration for the folder's own clips and
 * likeness.
 *
 * @throws {CodedError} `trust/under-age`
 */
export function underManifest<T>(subject: T, folder: PerformerFolder): Consented<T> {
  const on = new Date().toISOString().slice(0, 10);
  const { performer, manifestSha256: inputSha256 } = folder;
  const declaredBy = 'manifest.json of a synthetic performer';
  const record = selfDeclaredRecord({ performer, declaredBy, role: 'self', inputSha256, on });
  return requireConsent(subject, record, { kind: 'render', performer, targetAges: agesOf(folder), inputSha256, on });
}

/** All ages that the clips show. */
export function agesOf({ clips }: PerformerFolder): number[] {
  return [...new Set(clips.flatMap((clip) => clip.ages))];
}

/** Likenesses of a folder's performer, under consent to every age that is measured, each by a name of its own. */
export type LikenessesFor = (folder: PerformerFolder) => Promise<readonly Consented<ChosenLikeness>[]>;

/**
 * Measures the prior, and the performer's likenesses where there are some, on all clips of a performer's folder.
 *
 * @throws {CodedError} `measure/not-a-performer-folder`, `measure/not-synthetic`, what opening networks and clips throws
 */
export async function runFidelity(
  folder: string,
  { tiers = ['final'], ...options }: FidelityRunOptions & { readonly tiers?: readonly Tier[] },
  likenessesFor: LikenessesFor = async () => [],
): Promise<FidelityReport> {
  const videoFiles = await loadVideoFiles();
  const performer = await openPerformerFolder(folder, videoFiles);
  const machine = machineFacts();
  const likenesses = await likenessesFor(performer);
  const faces = await loadFaceNetworks(modelsFolder);
  const opened: (Entrant & { close(): Promise<void> })[] = [];
  const open = async (one: ChosenLikeness, likeness: Entrant['likeness']): Promise<void> => {
    const { predictor, close } = await openLikeness(one, { threads: machine.cores });
    opened.push({ likeness, photos: one.photos, predictor, close });
  };
  try {
    await open(await shippedPrior(), 'prior');
    for (const one of likenesses) await open(one, 'likeness');
    const reader = makeFaceReader(faces.networks, faces.tables);
    const results: FidelityResult[] = [];
    for (const clip of performer.clips) {
      const consented = underManifest(clip, performer);
      results.push(await measureFidelity(clip, await contendersOn(consented, faces, opened, tiers), reader, options));
    }
    return {
      rows: results.flatMap((result) => versioned(result.rows, likenesses, tiers.length).map(rounded)),
      likenesses: likenesses.map(({ name, sha256 }) => ({ name, sha256 })),
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

/** Rows of likenesses come in the order of the likenesses, once an age and tier. */
function versioned(rows: readonly FidelityRow[], likenesses: readonly ChosenLikeness[], tiers: number): ReportRow[] {
  let seen = 0;
  return rows.map(({ performer, clip, likeness, ...row }) => {
    const version = likeness === 'likeness' ? likenesses[Math.floor(seen++ / tiers) % likenesses.length].name : null;
    return { performer, clip, likeness, version, ...row };
  });
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
