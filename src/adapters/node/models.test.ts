// The conversion run on copies of the real packages, some of them damaged.
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeModels } from './models.ts';
import { MODEL_FILES } from './model-sources.ts';

const installed: string = path.resolve(import.meta.dirname, '../../../node_modules');
const FACE_MESH = '@mediapipe/face_mesh';
const FACE_API = '@vladmandic/face-api';
const ASSETS = `${FACE_MESH}/face_mesh_solution_packed_assets.data`;
const LOADER = `${FACE_MESH}/face_mesh_solution_packed_assets_loader.js`;

let folder: string;
let packagesFolder: string;
let modelsFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dorian-models-'));
  packagesFolder = path.join(folder, 'node_modules');
  modelsFolder = path.join(folder, 'models');
  for (const name of ['@mediapipe/face_detection', '@mediapipe/selfie_segmentation', FACE_MESH, FACE_API]) {
    await mkdir(path.dirname(path.join(packagesFolder, name)), { recursive: true });
    await symlink(path.join(installed, name), path.join(packagesFolder, name), 'junction');
  }
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const make = (): Promise<readonly string[]> => makeModels({ packagesFolder, modelsFolder });

/** Replaces the link to a package by a copy that may be changed; returns the path of a file in it. */
async function ownCopy(name: string, file: string): Promise<string> {
  const copy = path.join(packagesFolder, name);
  await rm(copy, { recursive: true });
  await cp(path.join(installed, name), copy, { recursive: true });
  return path.join(packagesFolder, file);
}

async function flipByte(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  bytes[at] ^= 1;
  await writeFile(file, bytes);
}

const coded = (code: string): unknown => expect.objectContaining({ code, hint: expect.stringContaining('npm ci') });

describe('makeModels', () => {
  it('makes every file, nothing the second time, and the same bytes again after a change', async () => {
    expect([...(await make())].sort()).toEqual(Object.values(MODEL_FILES).sort());
    expect((await readdir(modelsFolder)).sort()).toEqual(['.stamp.json', ...Object.values(MODEL_FILES)].sort());
    const mesh = path.join(modelsFolder, MODEL_FILES.faceMesh);
    const [first, { mtimeMs }] = await Promise.all([readFile(mesh), stat(mesh)]);
    expect(await make()).toEqual([]);
    expect((await stat(mesh)).mtimeMs).toBe(mtimeMs);

    await flipByte(mesh, 1000);
    await rm(path.join(modelsFolder, MODEL_FILES.faceTables));
    expect(await make()).toContain(MODEL_FILES.faceTables);
    expect(first.equals(await readFile(mesh))).toBe(true);

    // a package that changes afterwards is noticed too
    await flipByte(await ownCopy(FACE_MESH, ASSETS), 3_740_000);
    await expect(make()).rejects.toThrow('geometry_pipeline_metadata_landmarks.binarypb');
  });

  it('refuses one flipped byte in the mesh, the tables or the weights', async () => {
    await flipByte(await ownCopy(FACE_MESH, ASSETS), 1_000_000);
    await expect(make()).rejects.toEqual(coded('models/package-changed'));
    await expect(make()).rejects.toThrow('face_landmark_with_attention.tflite');
    await ownCopy(FACE_MESH, ASSETS);
    await flipByte(await ownCopy(FACE_API, `${FACE_API}/model/age_gender_model.bin`), 400_000);
    await expect(make()).rejects.toEqual(coded('models/package-changed'));
    await expect(readdir(modelsFolder)).rejects.toThrow('ENOENT'); // nothing half-made
  });

  it('does not mind a change in a part that is not used', async () => {
    await flipByte(await ownCopy(FACE_MESH, ASSETS), 3_000_000); // the 468-point mesh
    expect(await make()).toContain(MODEL_FILES.faceMesh);
  });

  it('refuses a file that is cut short', async () => {
    await truncate(await ownCopy(FACE_MESH, ASSETS), 3_000_000);
    await expect(make()).rejects.toEqual(coded('models/package-truncated'));
  });

  it('refuses packed assets whose loader places the parts elsewhere', async () => {
    const loader = await ownCopy(FACE_MESH, LOADER);
    await writeFile(loader, (await readFile(loader, 'utf8')).replace('"end": 2495952', '"end": 2495956'));
    await expect(make()).rejects.toEqual(coded('models/package-changed'));
    await writeFile(loader, 'not a loader');
    await expect(make()).rejects.toThrow('nowhere');
  });

  it('names the package that is missing', async () => {
    await rm(path.join(packagesFolder, '@mediapipe/selfie_segmentation'));
    await expect(make()).rejects.toEqual(coded('models/package-missing'));
    await rm(path.join(packagesFolder, FACE_MESH));
    await expect(make()).rejects.toEqual(coded('models/package-missing'));
  });

  it('says when the folder cannot be written, and leaves no unfinished file', async () => {
    await writeFile(modelsFolder, 'a file where the folder should be');
    await expect(make()).rejects.toEqual(expect.objectContaining({ code: 'file/not-writable' }));
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
