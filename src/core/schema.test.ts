import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isCodedError } from './errors.ts';
import type { FileSchema } from './schema.ts';
import { formatFile, parseFile } from './schema.ts';

interface Slate {
  readonly slate: string;
  readonly takeNumber: number;
}

/** Version 1 had `take` as text, version 2 as a number, version 3 calls it `takeNumber`. */
const SLATE: FileSchema<Slate> = {
  name: 'dorian/test-slate',
  version: 3,
  shape: z.object({ slate: z.string(), takeNumber: z.int().min(1) }),
  upgrades: {
    1: ({ take, ...rest }) => ({ ...rest, take: Number((take as string).trim()) }),
    2: ({ take, ...rest }) => ({ ...rest, takeNumber: take }),
  },
};

function read(file: unknown): Slate {
  return parseFile(SLATE, typeof file === 'string' ? file : JSON.stringify(file), 'slate.json');
}

function failure(file: unknown): { code: string; message: string; hint: string } {
  try {
    read(file);
  } catch (error) {
    if (isCodedError(error)) return { code: error.code, message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error('the file was read');
}

const named = (version: unknown, fields: object): object => ({ schema: SLATE.name, version, ...fields });

describe('parseFile', () => {
  it('reads what formatFile wrote', () => {
    const text = formatFile(SLATE, { slate: '24A', takeNumber: 3 });
    expect(text.startsWith('{\n  "schema": "dorian/test-slate",\n  "version": 3,\n')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
    expect(read(text)).toEqual({ slate: '24A', takeNumber: 3 });
  });

  it('reads a file that an editor began with a byte order mark', () => {
    expect(read(`\uFEFF${formatFile(SLATE, { slate: '24A', takeNumber: 3 })}`)).toMatchObject({ takeNumber: 3 });
  });

  it('upgrades from every older version', () => {
    expect(read(named(1, { slate: '24A', take: ' 3 ' }))).toEqual({ slate: '24A', takeNumber: 3 });
    expect(read(named(2, { slate: '24A', take: 3 }))).toEqual({ slate: '24A', takeNumber: 3 });
  });

  it.each<[string, string, unknown]>([
    ['file/not-json', 'text', 'slate 24A take 3'],
    ['file/not-json', 'nothing', ''],
    ['file/not-json', 'a file that was cut', formatFile(SLATE, { slate: '24A', takeNumber: 3 }).slice(0, -9)],
    ['file/wrong-kind', 'a file of another kind', { schema: 'dorian/consent-record', version: 1 }],
    ['file/wrong-kind', 'no name', { version: 3, slate: '24A', takeNumber: 3 }],
    ['file/wrong-kind', 'a list', [1]],
    ['file/wrong-kind', 'null', 'null'],
    ['file/newer-version', 'a newer version', named(4, { slate: '24A', takeNumber: 3 })],
    ['file/invalid', 'no version', named(undefined, { slate: '24A', takeNumber: 3 })],
    ['file/invalid', 'a version that never was', named(0, { slate: '24A', takeNumber: 3 })],
    ['file/invalid', 'half a version', named(2.5, { slate: '24A', takeNumber: 3 })],
    ['file/invalid', 'a wrong value', named(3, { slate: '24A', takeNumber: 0 })],
    ['file/invalid', 'an old file that lacks what its upgrade reads', named(1, { slate: '24A' })],
  ])('says %s to %s, names the file and says what to do', (code, _what, file) => {
    const error = failure(file);
    expect(error.code).toBe(code);
    expect(error.message).toContain('slate.json');
    expect(error.hint).toMatch(/\.$/);
  });

  it('names the field that is wrong', () => {
    expect(failure(named(3, { slate: '24A', takeNumber: 0 })).message).toContain('takeNumber');
  });

  it('says both versions when the file is newer', () => {
    expect(failure(named(7, {})).message).toMatch(/version 7.*up to 3/);
  });
});

describe('formatFile', () => {
  it('writes the schema of today, also for a value that still carries another', () => {
    const old = { schema: 'dorian/other', version: 1, slate: '24A', takeNumber: 3 };
    expect(read(formatFile(SLATE, old))).toEqual({ slate: '24A', takeNumber: 3 });
  });
});
