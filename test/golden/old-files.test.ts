// Files that people keep open for good: of every version ever written there is a sample in files/, and each still opens.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { FileSchema } from '../../src/core/index.ts';
import { formatFile, parseFile } from '../../src/core/index.ts';
import { KEYFRAMES } from '../../src/finals/index.ts';
import { LIKENESS } from '../../src/likeness/index.ts';
import { CHECKPOINT_VERSION, readCheckpoint, writeCheckpoint } from '../../src/model/index.ts';
import { CONSENT_RECORD } from '../../src/trust/index.ts';

const folder = path.join(import.meta.dirname, 'files');

function sampleOf({ name }: { readonly name: string }, version: number): string {
  return path.join(folder, `${name.replace('dorian/', '')}.${version}.json`);
}

/** Every version of every kind. */
function versions(...schemas: readonly FileSchema<object>[]): [string, number, FileSchema<object>][] {
  return schemas.flatMap((schema) =>
    Array.from({ length: schema.version }, (_, i): [string, number, FileSchema<object>] => [
      schema.name,
      i + 1,
      schema,
    ]),
  );
}

it.each(versions(CONSENT_RECORD, KEYFRAMES, LIKENESS))(
  '%s version %i still opens, and comes back the same',
  (_name, version, schema) => {
    const file = sampleOf(schema, version);
    expect(existsSync(file)).toBe(true);
    const value = parseFile(schema, readFileSync(file, 'utf8'), path.basename(file));
    expect(parseFile(schema, formatFile(schema, value), 'the copy')).toEqual(value);
  },
);

it('what a consent record limits is read as it was written', () => {
  const file = sampleOf(CONSENT_RECORD, 1);
  expect(parseFile(CONSENT_RECORD, readFileSync(file, 'utf8'), 'record')).toMatchObject({
    ages: [25, 40],
    scenes: ['24', '31A'],
    term: { from: '2026-03-01', to: '2027-02-28' },
    revocation: { on: '2026-09-01' },
    trainingOnFootage: true,
  });
});

it.each(Array.from({ length: CHECKPOINT_VERSION }, (_, i) => i + 1))('checkpoint version %i still opens', (version) => {
  const read = readCheckpoint(readFileSync(path.join(folder, `checkpoint.${version}.bin`)), 'sample');
  expect(read.state.step).toBe(1234);
  expect(read.state.vectors['weights.net']).toEqual(Float32Array.of(0.5, -1.25, 3));
  const groups = [{ name: 'net', size: 3, places: [{ name: 'w', shape: [3], offset: 0, initial: { fill: 0 } }] }];
  expect(readCheckpoint(writeCheckpoint(read.state, groups, read.note), 'the copy')).toEqual(read);
});
