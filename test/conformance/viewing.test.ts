// Given files looked at one after another and in threads: the library that comes of it is the same to the byte.

import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadFaceNetworks } from '../../src/adapters/node/face-networks.ts';
import type { LoadedFaceNetworks } from '../../src/adapters/node/face-networks.ts';
import { sha256OfFile } from '../../src/adapters/node/files.ts';
import { footageFiles } from '../../src/adapters/node/footage.ts';
import { findGivenFiles } from '../../src/adapters/node/given-files.ts';
import { photoFiles } from '../../src/adapters/node/photo-files.ts';
import { createProduction, openProduction } from '../../src/adapters/node/production.ts';
import type { Production } from '../../src/adapters/node/production.ts';
import { loadVideoFiles } from '../../src/adapters/node/video-files.ts';
import { WorkerViewing } from '../../src/adapters/node/viewing-worker.ts';
import { parseFile } from '../../src/core/index.ts';
import type { IngestReport, Viewing } from '../../src/library/index.ts';
import { FaceObserver, FileViewing, ingest, performerToBe } from '../../src/library/index.ts';
import { CONSENT_RECORD, requireConsent } from '../../src/trust/index.ts';
import { fixtureFile } from '../fixture-folder.ts';
import { demoPerformerFolder, modelsFolder } from '../project-folders.ts';

const TODAY = '2026-01-02';

let folder: string;
let faces: LoadedFaceNetworks;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-viewing-'));
  faces = await loadFaceNetworks(modelsFolder, { without: ['person'] });
  await makeGiven();
});
afterAll(async () => {
  await faces.close();
  await rm(folder, { recursive: true, force: true });
});

/** Photos, two copies of the first (one just behind it), footage between them, and two files that cannot be used. */
async function makeGiven(): Promise<void> {
  const given = path.join(folder, 'given');
  await mkdir(given);
  const career = path.join(demoPerformerFolder, 'career');
  const names = (await readdir(career)).filter((name) => name.endsWith('.jpg')).toSorted();
  for (const [i, name] of names.slice(0, 8).entries())
    await copyFile(path.join(career, name), path.join(given, `${20 + i}_1.jpg`));
  await copyFile(path.join(career, names[0]), path.join(given, '20_2.jpg'));
  await copyFile(path.join(career, names[0]), path.join(given, 'zz again.jpg'));
  await copyFile(fixtureFile('shot-cut'), path.join(given, '22_5.mov'));
  await writeFile(path.join(given, '23_0.jpg'), '');
  await writeFile(
    path.join(given, '24_0.jpg'),
    Buffer.concat([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), Buffer.alloc(99)]),
  );
}

type Opened = Viewing & { close(): Promise<void> };
type Maker = (production: Production) => Opened;

const inProcess: Maker = ({ performerFolder }) => {
  const files = photoFiles(performerFolder);
  const viewing = new FileViewing(files, footageFiles(loadVideoFiles), new FaceObserver(faces.networks, faces.tables));
  return { atOnce: 1, look: (...given) => viewing.look(...given), close: async () => {} };
};
const inThreads: Maker = (production) => new WorkerViewing({ modelsFolder, productionFolder: production.folder }, 1000);

interface Library {
  readonly report: IngestReport;
  readonly rows: string;
  readonly files: Readonly<Record<string, string>>;
}

async function ingested(name: string, make: Maker): Promise<Library> {
  const root = await createProduction(path.join(folder, name), 'Dorian demo');
  const production = openProduction(root);
  const viewing = make(production);
  try {
    const { catalogue } = production;
    const performer = performerToBe(catalogue, 'Actor A', '1964-01-01');
    catalogue.addPerformer(performer);
    const consent = path.join(demoPerformerFolder, 'consent.json');
    const record = parseFile(CONSENT_RECORD, await readFile(consent, 'utf8'), consent);
    const use = { kind: 'ingest', performer: performer.name, production: production.title, on: TODAY } as const;
    const request = {
      performer: requireConsent(performer, record, use),
      found: await findGivenFiles([path.join(folder, 'given')]),
      dates: null,
      portraits: new Set<string>(),
      minorsAllowed: false,
      today: TODAY,
    };
    const report = await ingest(request, { catalogue, files: photoFiles(production.performerFolder), viewing });
    return { report, rows: rowsOf(root), files: await filesOf(path.join(root, 'performers')) };
  } finally {
    await viewing.close();
    production.close();
  }
}

/** In the order in which they were written. */
function rowsOf(root: string): string {
  const database = new DatabaseSync(path.join(root, 'dorian.db'));
  const rows = ['photos', 'faces', 'givenFiles', 'judgements'].map((table) =>
    database.prepare(`SELECT rowid, * FROM ${table} ORDER BY rowid`).all(),
  );
  database.close();
  return JSON.stringify(rows, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
  );
}

async function filesOf(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const hashes = files.toSorted().map(async (file) => [path.relative(root, file), await sha256OfFile(file)]);
  return Object.fromEntries(await Promise.all(hashes)) as Record<string, string>;
}

describe('looking at given files', () => {
  it('in threads, in whatever order they finish, makes the library that one after another makes', async () => {
    const expected = await ingested('in-process', inProcess);
    const { report, rows, files } = await ingested('in-threads', inThreads);
    const names = expected.report.outcomes.map((one) => path.basename(one.path));
    expect(names).toHaveLength(13);
    expect(report.outcomes.map((one) => path.basename(one.path))).toEqual(names);
    const refused = expected.report.outcomes.flatMap((one) => one.refusal?.code ?? []);
    expect(refused).toEqual(['media/empty', expect.stringMatching(/^media\//)]);
    expect(
      new Set(expected.report.outcomes.filter(({ path: file }) => /20_|again/.test(file)).map((one) => one.photos[0]))
        .size,
    ).toBe(1);
    expect(report.judgements).toEqual(expected.report.judgements);
    expect(rows).toBe(expected.rows);
    expect(files).toEqual(expected.files);
  });

  it('without networks says what to do', async () => {
    const away = path.join(folder, 'no models');
    await expect(
      ingested(
        'no-models',
        ({ folder: productionFolder }) => new WorkerViewing({ modelsFolder: away, productionFolder }, 1),
      ),
    ).rejects.toMatchObject({ code: 'models/not-built', hint: expect.stringContaining('npm run models') });
  });
});
