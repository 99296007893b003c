// The cut detector on every clip among the fixtures: a cut where the scene cuts, and none where somebody only moves.

import { describe, expect, it } from 'vitest';
import { nodeAvVideoFiles } from '../../src/adapters/node/video-node-av.ts';
import { CutDetector } from '../../src/face/cut.ts';
import { fixtureFile, fixtures } from '../fixture-folder.ts';

async function cutsIn(file: string): Promise<number[]> {
  const reader = await nodeAvVideoFiles.open(file);
  try {
    const detector = new CutDetector();
    const cuts: number[] = [];
    for await (const frame of reader.frames()) {
      if (detector.look(frame.plate)) cuts.push(frame.index);
      frame.close();
    }
    return cuts;
  } finally {
    await reader.close();
  }
}

describe('CutDetector', () => {
  it.each(fixtures.filter(({ kind }) => kind === 'clip').map(({ name, cuts }) => [name, cuts ?? []] as const))(
    'finds the cuts of %s and no others',
    async (name, cuts) => {
      expect(await cutsIn(fixtureFile(name))).toEqual([0, ...cuts]);
    },
  );
});
