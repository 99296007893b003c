import { expect, it } from 'vitest';
import { askingFirst } from './asking-folder.ts';
import type { CareerMean } from './career-mean.ts';
import type { LikenessRecord } from './likeness-record.ts';
import type { LikenessFolder } from './needs.ts';

/** Notes what is written. */
function noting(written: string[]): LikenessFolder {
  const note =
    <R>(name: string, answer: R) =>
    async (): Promise<R> => {
      written.push(name);
      return answer;
    };
  return {
    checkpoint: { read: async () => null, write: note('checkpoint', undefined) },
    writeRecord: note('record', undefined),
    writeNetwork: note('network', 'sha256'),
    writeMean: note('mean', undefined),
    writePreview: note('preview', undefined),
    beginLog: note('log begun', undefined),
    log: () => void written.push('log'),
  };
}

/** Every write there is. */
function writesOf(folder: LikenessFolder): (() => unknown)[] {
  return [
    () => folder.checkpoint.write(new Uint8Array(1)),
    () => folder.writeRecord({} as LikenessRecord),
    () => folder.writeNetwork(new Uint8Array(1)),
    () => folder.writeMean({} as CareerMean),
    () => folder.writePreview([], 256),
    () => folder.beginLog(['step'], 0),
    () => folder.log(['1']),
  ];
}

it('asks before every write, and none is made once consent has gone', async () => {
  const written: string[] = [];
  let isAllowed = true;
  const folder = askingFirst(noting(written), () => {
    if (!isAllowed) throw new Error('withdrawn');
  });
  for (const write of writesOf(folder)) await write();
  expect(written).toEqual(['checkpoint', 'record', 'network', 'mean', 'preview', 'log begun', 'log']);
  expect(await folder.writeNetwork(new Uint8Array(1))).toBe('sha256');
  isAllowed = false;
  written.length = 0;
  for (const write of writesOf(folder)) await expect(async () => write()).rejects.toThrow('withdrawn');
  expect(written).toEqual([]);
  // what is there may be read
  expect(await folder.checkpoint.read()).toBeNull();
});
