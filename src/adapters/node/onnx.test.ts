import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { modelsFolder } from '../../../test/project-folders.ts';
import { loadFaceNetworks } from './face-networks.ts';
import { openNetwork, pickProvider } from './onnx.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dorian-onnx-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('pickProvider', () => {
  it('is the CPU unless the user says otherwise', () => {
    expect(pickProvider('')).toBe('cpu');
    expect(pickProvider('CUDA')).toBe('cuda');
    expect(() => pickProvider('abacus')).toThrowError(expect.objectContaining({ code: 'network/unknown-provider' }));
  });
});

describe('openNetwork', () => {
  it('says which file is no network', async () => {
    const missing = path.join(folder, 'missing.onnx');
    await expect(openNetwork(missing, { provider: 'cpu' })).rejects.toMatchObject({ code: 'network/unreadable' });
    const damaged = path.join(folder, 'damaged.onnx');
    await writeFile(damaged, 'not a network');
    await expect(openNetwork(damaged, { provider: 'cpu' })).rejects.toMatchObject({
      code: 'network/unreadable',
      message: expect.stringContaining('damaged.onnx'),
    });
  });

  it.skipIf(process.platform === 'darwin')('says so where the machine lacks the provider', async () => {
    const network = path.join(modelsFolder, 'face-detector.onnx');
    await expect(openNetwork(network, { provider: 'coreml' })).rejects.toMatchObject({
      code: 'network/provider-missing',
      hint: expect.stringContaining('DORIAN_PROVIDER=cpu'),
    });
  });
});

describe('loadFaceNetworks', () => {
  it('asks for `npm run models` where they were not made', async () => {
    await expect(loadFaceNetworks(folder)).rejects.toMatchObject({
      code: 'models/not-built',
      hint: expect.stringContaining('npm run models'),
    });
  });

  it('leaves out what the caller will not use', async () => {
    const { networks, close } = await loadFaceNetworks(modelsFolder, {
      without: ['identity', 'apparentAge', 'person'],
      provider: 'cpu',
    });
    expect(Object.keys(networks).toSorted()).toEqual(['detector', 'mesh']);
    await close();
  });
});
