import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProduction, findProduction, openProduction } from './production.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dorian-production-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const coded = (code: string): unknown => expect.objectContaining({ code });

describe('a production', () => {
  it('is made once, with its folders and title', async () => {
    const root = await createProduction(path.join(folder, 'deep', 'show'), '  The Long Summer ');
    for (const part of ['dorian.db', 'performers', 'takes', 'finals'])
      expect(existsSync(path.join(root, part))).toBe(true);
    const production = openProduction(root);
    expect(production.title).toBe('The Long Summer');
    expect(production.catalogue.check()).toEqual([]);
    production.close();
    await expect(createProduction(root, 'Again')).rejects.toEqual(coded('production/exists'));
    await expect(createProduction(path.join(folder, 'x'), ' ')).rejects.toEqual(coded('production/no-title'));
  });

  it('is the nearest one at or above, or the one that is named', async () => {
    const outer = await createProduction(path.join(folder, 'outer'), 'Outer');
    const inner = await createProduction(path.join(outer, 'takes', 'inner'), 'Inner');
    await mkdir(path.join(inner, 'finals', 'day 1'), { recursive: true });
    expect(findProduction(path.join(inner, 'finals', 'day 1'))).toBe(inner);
    expect(findProduction(path.join(outer, 'finals'))).toBe(outer);
    expect(findProduction(inner, outer)).toBe(outer);
    expect(() => findProduction(folder)).toThrow(coded('production/not-found') as Error);
    expect(() => findProduction(inner, path.join(outer, 'finals'))).toThrow(coded('production/not-found') as Error);
  });

  it('is refused, untouched, when a newer Dorian wrote it', async () => {
    const root = await createProduction(folder, 'Later');
    const file = path.join(root, 'dorian.db');
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = await readFile(file);
    expect(() => openProduction(root)).toThrow(coded('production/newer-version') as Error);
    expect((await readFile(file)).equals(before)).toBe(true);
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['noise', (file) => writeFile(file, Buffer.alloc(8192, 7))],
    ['nothing', (file) => writeFile(file, '')],
    [
      'a database of something else',
      async (file) => {
        await rm(file);
        const other = new DatabaseSync(file);
        other.exec('CREATE TABLE notes (text)');
        other.close();
      },
    ],
  ])('is refused as damaged when its database is %s', async (_what, spoil) => {
    const root = await createProduction(folder, 'Spoiled');
    await spoil(path.join(root, 'dorian.db'));
    expect(() => openProduction(root)).toThrow(coded('production/damaged') as Error);
  });

  it('says that it is busy, not that it is broken, while another writes', async () => {
    const root = await createProduction(folder, 'Busy');
    const other = new DatabaseSync(path.join(root, 'dorian.db'));
    const production = openProduction(root);
    other.exec('BEGIN IMMEDIATE');
    // SQLite would wait its whole time here, so it is told not to
    (production.catalogue as unknown as { database: DatabaseSync }).database.exec('PRAGMA busy_timeout = 0');
    const add = (): void => production.catalogue.addPerformer({ slug: 'ada', name: 'Ada', born: '1960-01-01' });
    expect(add).toThrow(coded('production/busy') as Error);
    other.exec('ROLLBACK');
    expect(add).not.toThrow();
    production.close();
    other.close();
  });

  it('reports a full disk as one, and keeps what was there', async () => {
    const root = await createProduction(folder, 'Full');
    const production = openProduction(root);
    production.catalogue.addPerformer({ slug: 'ada', name: 'Ada', born: '1960-01-01' });
    const { database } = production.catalogue as unknown as { database: DatabaseSync };
    database.exec('PRAGMA max_page_count = 1');
    const photos = Array.from({ length: 400 }, (_, i) => ({
      slug: `a${i}`,
      name: 'x'.repeat(2000),
      born: '1960-01-01',
    }));
    expect(() => photos.forEach((one) => production.catalogue.addPerformer(one))).toThrow(
      coded('file/disk-full') as Error,
    );
    expect(production.catalogue.performers().map((one) => one.slug)).toContain('ada');
    production.close();
  });

  it("removes a performer's folder and never follows a link out of the production", async () => {
    const root = await createProduction(path.join(folder, 'show'), 'Links');
    const outside = path.join(folder, 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'precious.jpg'), 'x');
    const production = openProduction(root);
    await mkdir(path.join(production.performerFolder('ada'), 'photos'), { recursive: true });
    await writeFile(path.join(production.performerFolder('ada'), 'photos', 'a.jpg'), 'x');
    await symlink(outside, path.join(production.performerFolder('ada'), 'photos', 'link'));
    expect(await production.removePerformerFolder('ada')).toBe(2);
    await symlink(outside, production.performerFolder('bo'));
    expect(await production.removePerformerFolder('bo')).toBe(0);
    expect(existsSync(production.performerFolder('bo'))).toBe(false);
    expect(await production.removePerformerFolder('nobody')).toBe(0);
    expect(await readFile(path.join(outside, 'precious.jpg'), 'utf8')).toBe('x');
    expect(() => production.performerFolder('../outside')).toThrow(RangeError);
    production.close();
  });
});
