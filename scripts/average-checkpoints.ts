// `node scripts/average-checkpoints.ts A.bin B.bin`: two trainings of one network that began alike, each with a seed of its own,
// go on from the mean of both: weights, moments and averages. Every few minutes, this trains on two machines, or on two cores
// without a step having to wait for the other. Steps, time and random state stay each one's own.

import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { checkpointFile } from '../src/adapters/node/checkpoint-file.ts';
import { callerPath } from '../src/cli/command.ts';
import { reportError } from '../src/cli/report-error.ts';
import { CodedError } from '../src/core/index.ts';
import type { Checkpoint } from '../src/model/index.ts';
import { readCheckpoint, writeCheckpoint } from '../src/model/index.ts';

function meanOf(a: Checkpoint, b: Checkpoint): Record<string, Float32Array> {
  if (JSON.stringify(a.groups) !== JSON.stringify(b.groups))
    throw new CodedError('model/checkpoint-mismatch', 'the two checkpoints are of different networks', {
      hint: 'Give two trainings that were begun with the same options, but for the seed.',
    });
  return Object.fromEntries(
    Object.entries(a.state.vectors).map(([name, vector]) => {
      const other = b.state.vectors[name];
      return [name, vector.map((v, i) => (v + other[i]) / 2)];
    }),
  );
}

try {
  const files = process.argv.slice(2, 4).map(callerPath);
  if (files.length < 2) throw new RangeError('give two checkpoints');
  const both = await Promise.all(files.map(async (file) => readCheckpoint(new Uint8Array(await readFile(file)), file)));
  const vectors = meanOf(both[0], both[1]);
  for (const [k, { state, groups, note }] of both.entries()) {
    await checkpointFile(files[k]).write(writeCheckpoint({ ...state, vectors }, groups, note));
  }
  process.stdout.write(`${files.join('\n')}\nhold the mean of both\n`);
} catch (error) {
  reportError(error, false);
}
