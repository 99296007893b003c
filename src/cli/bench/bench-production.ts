// A production of a bench's own for a synthetic performer: their career is taken in by `dorian ingest`, under the consent
// record of their folder, or under one made out of a manifest that says that nobody is shown.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../adapters/node/files.ts';
import type { PerformerFolder } from '../../adapters/node/performer-folder.ts';
import { createProduction, openProduction } from '../../adapters/node/production.ts';
import { CodedError, MAX_TARGET_AGE, MIN_TARGET_AGE, formatFile, parseFile } from '../../core/index.ts';
import type { Performer } from '../../library/index.ts';
import { careerOf, findPerformer } from '../../library/index.ts';
import type { ConsentRecord } from '../../trust/index.ts';
import { CONSENT_RECORD } from '../../trust/index.ts';
import { runOwnCommand } from '../own-command.ts';
import { today } from '../production.ts';

export interface BenchProduction {
  /** Absolute. */
  readonly folder: string;
  readonly performer: Performer;
}

const TITLE = 'Bench';

/**
 * Makes it, or takes up what an earlier run left.
 *
 * @param folder - Holds such a production, or nothing.
 * @param photos - Files or folders; all of the performer's career when left out.
 * @throws {CodedError} `measure/not-a-performer-folder`, `command/...`, `production/...`, `file/...`
 */
export async function benchProduction(
  folder: string,
  of: PerformerFolder,
  isQuiet: boolean,
  photos: readonly string[] = [path.join(of.folder, 'career')],
): Promise<BenchProduction> {
  const { record, file } = await consentFile(folder, of);
  if (!existsSync(path.join(folder, 'dorian.db'))) await createProduction(folder, record.production ?? TITLE);
  const who = ['--performer', record.performer, '--born', bornOn(of), '--consent', file];
  await runOwnCommand(['ingest', ...photos, ...who, '--production', folder], isQuiet);
  const production = openProduction(folder);
  try {
    return { folder, performer: findPerformer(production.catalogue, record.performer) };
  } finally {
    production.close();
  }
}

/** Files of photos in use, as they were given, spread over the ages. Fewer where there are not so many. */
export function photosSpread({ folder, performer }: BenchProduction, count: number): string[] {
  const production = openProduction(folder);
  try {
    const { catalogue } = production;
    const used = careerOf(catalogue, performer.slug);
    const files = new Map(
      catalogue.givenFiles(performer.slug).flatMap(({ path: file, photos }) => photos.map((photo) => [photo, file])),
    );
    const chosen = Math.min(count, used.length);
    return Array.from({ length: chosen }, (_, k) => used[Math.floor(((k + 0.5) * used.length) / chosen)]).flatMap(
      ({ photo }) => files.get(photo.sha256) ?? [],
    );
  } finally {
    production.close();
  }
}

function bornOn({ folder, born }: PerformerFolder): string {
  if (born !== null) return born;
  throw new CodedError('measure/not-a-performer-folder', `${folder}: the manifest does not say when they were born`, {
    hint: 'Add "birth_year" to manifest.json: dated photos say nothing of an age without it.',
  });
}

async function consentFile(
  folder: string,
  of: PerformerFolder,
): Promise<{ readonly record: ConsentRecord; readonly file: string }> {
  const theirs = path.join(of.folder, 'consent.json');
  if (existsSync(theirs))
    return { record: parseFile(CONSENT_RECORD, await readFile(theirs, 'utf8'), theirs), file: theirs };
  const record = recordFromManifest(of);
  const file = path.join(folder, 'consent.json');
  await writeFileAtomic(file, formatFile(CONSENT_RECORD, record));
  return { record, file };
}

function recordFromManifest({ performer, manifestSha256 }: PerformerFolder): ConsentRecord {
  return {
    id: `bench-${manifestSha256.slice(0, 16)}`,
    kind: 'signed',
    performer,
    character: null,
    signatory: { name: 'manifest.json of a synthetic performer', role: 'estate' },
    production: TITLE,
    unionContract: null,
    category: 'digital-alteration',
    use: 'To measure, on a performer who does not exist.',
    ages: [MIN_TARGET_AGE, MAX_TARGET_AGE],
    era: null,
    scenes: null,
    shots: null,
    territory: null,
    media: null,
    term: { from: '2000-01-01', to: null },
    script: null,
    compensation: null,
    notice: null,
    signedFile: { name: 'manifest.json', sha256: manifestSha256 },
    revocation: null,
    minors: false,
    businessReason: null,
    trainingOnFootage: true,
    thirdPartySharing: false,
    inputSha256: null,
    recordedOn: today(),
  };
}
