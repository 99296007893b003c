// Files carry a schema name and a version. Reading one checks the name, refuses versions newer than this program with a
// coded error, upgrades older ones step by step, and validates the result with zod.

import type { z } from 'zod';
import { CodedError } from './errors.ts';

export interface FileSchema<T> {
  /** `dorian/consent-record`, written into each file as `schema`. */
  readonly name: string;
  /** Counts from 1, written into each file as `version`. */
  readonly version: number;
  readonly shape: z.ZodType<T>;
  /** `upgrades[n]` turns a file of version n into version n + 1. */
  readonly upgrades?: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>>;
}

/**
 * @param text - JSON.
 * @param where - Path or name for messages.
 * @throws {CodedError} `file/not-json`, `file/wrong-kind`, `file/newer-version`, `file/invalid`
 */
export function parseFile<T>(schema: FileSchema<T>, text: string, where: string): T {
  let raw: unknown;
  try {
    // some editors put a byte order mark first, which is no JSON
    raw = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new CodedError('file/not-json', `${where} is not readable JSON`, {
      hint: 'Restore the file from a copy, or make it again.',
      cause,
    });
  }
  if (typeof raw !== 'object' || raw === null || (raw as { schema?: unknown }).schema !== schema.name) {
    throw new CodedError('file/wrong-kind', `${where} is no ${schema.name} file`, {
      hint: `Give a file whose "schema" is "${schema.name}".`,
    });
  }
  let record = raw as Record<string, unknown>;
  let version = Number(record.version);
  if (version > schema.version) {
    throw new CodedError(
      'file/newer-version',
      `${where} has version ${version}; this Dorian knows ${schema.name} up to ${schema.version}`,
      { hint: 'Update Dorian; the file was not touched.' },
    );
  }
  while (version < schema.version && schema.upgrades?.[version]) {
    record = { ...upgradeOnce(schema.upgrades[version], record, where), version: version + 1 };
    version++;
  }
  if (version !== schema.version) {
    throw new CodedError(
      'file/invalid',
      `${where}: version: ${String(record.version)} is no version of ${schema.name}`,
      {
        hint: 'Correct the named field, or make the file again.',
      },
    );
  }
  const result = schema.shape.safeParse(record);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new CodedError('file/invalid', `${where}: ${issue.path.join('.') || 'content'}: ${issue.message}`, {
      hint: 'Correct the named field, or make the file again.',
      cause: result.error,
    });
  }
  return result.data;
}

/** An upgrade is written for whole files; one that trips over what is missing says that the file is not whole. */
function upgradeOnce(
  upgrade: (old: Record<string, unknown>) => Record<string, unknown>,
  old: Record<string, unknown>,
  where: string,
): Record<string, unknown> {
  try {
    return upgrade(old);
  } catch (cause) {
    throw new CodedError('file/invalid', `${where}: a file of version ${String(old.version)} that lacks a part`, {
      hint: 'Restore the file from a copy, or make it again.',
      cause,
    });
  }
}

/**
 * The text of a file: schema and version first, two-space JSON, newline at the end. The two are the schema's, whatever
 * fields of these names `value` still carries.
 */
export function formatFile<T extends object>(schema: FileSchema<T>, value: T): string {
  const named = { schema: schema.name, version: schema.version };
  return `${JSON.stringify({ ...named, ...value, ...named }, null, 2)}\n`;
}
