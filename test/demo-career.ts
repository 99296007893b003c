// Photos of the demo performer as a likeness is taught with them: taken in by a library of their own, then cut.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findGivenFiles } from '../src/adapters/node/given-files.ts';
import { photoFiles } from '../src/adapters/node/photo-files.ts';
import { createProduction, openProduction } from '../src/adapters/node/production.ts';
import { WorkerViewing } from '../src/adapters/node/viewing-worker.ts';
import type { Consented } from '../src/core/index.ts';
import { parseFile } from '../src/core/index.ts';
import type { Performer } from '../src/library/index.ts';
import { ingest } from '../src/library/index.ts';
import type { CareerCrop } from '../src/likeness/index.ts';
import { readCareerCrops } from '../src/likeness/index.ts';
import { CONSENT_RECORD, requireConsent } from '../src/trust/index.ts';
import { demoPerformerFolder, modelsFolder } from './project-folders.ts';

/** @param photos - Names of career photos without ending. @param sizePx - Side of the crops to be taken. */
export async function demoCareer(photos: readonly string[], sizePx: number): Promise<CareerCrop[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dorian-career-'));
  const production = openProduction(await createProduction(folder, 'Dorian demo'));
  try {
    const { catalogue } = production;
    const performer = { slug: 'actor-a', name: 'Actor A', born: '1964-01-01' };
    catalogue.addPerformer(performer);
    const found = await findGivenFiles(photos.map((name) => path.join(demoPerformerFolder, 'career', `${name}.jpg`)));
    const files = photoFiles(production.performerFolder);
    const viewing = new WorkerViewing({ modelsFolder, productionFolder: folder }, found.length);
    const request = { found, dates: null, portraits: new Set<string>(), minorsAllowed: false, today: '2050-01-01' };
    await ingest({ ...request, performer: await consented(performer, 'ingest') }, { catalogue, files, viewing });
    await viewing.close();
    return await readCareerCrops(await consented(performer, 'learn'), catalogue, files, { sizePx });
  } finally {
    production.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function consented(performer: Performer, kind: 'ingest' | 'learn'): Promise<Consented<Performer>> {
  const record = parseFile(CONSENT_RECORD, await readFile(path.join(demoPerformerFolder, 'consent.json'), 'utf8'), '');
  const use = { kind, performer: performer.name, production: 'Dorian demo', on: '2026-01-01' } as const;
  return requireConsent(performer, record, use);
}
