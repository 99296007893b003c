// The file of a checkpoint: a JSON head (schema, version, step, table of weights) and the numbers, float32, little-endian.
import { z } from 'zod';
import { CodedError, formatFile, parseFile } from '../core/index.ts';
import type { FileSchema } from '../core/index.ts';
import type { Weights } from './parameters.ts';
import type { TrainingProgram, TrainingState } from './program.ts';
import { weightsOf } from './program.ts';

/** Counts from 1. */
export const CHECKPOINT_VERSION = 1;

const MAGIC = 'DORIANCP';
const whole = z.number().int().nonnegative();

const HEAD = z.object({
  step: whole,
  // without it, as in the first checkpoints: as many as steps
  batches: whole.optional(),
  trainedSeconds: z.number().nonnegative(),
  random: z.tuple([whole, whole, whole, whole]),
  rateFactor: z.number().positive(),
  smoothedLoss: z.number().nullable(),
  groups: z.array(
    z.object({ name: z.string(), places: z.array(z.object({ name: z.string(), shape: z.array(whole) })) }),
  ),
  vectors: z.array(z.object({ name: z.string(), size: whole })),
  checksum: whole,
  note: z.record(z.string(), z.unknown()),
});

const CHECKPOINT: FileSchema<z.infer<typeof HEAD>> = {
  name: 'dorian/checkpoint',
  version: CHECKPOINT_VERSION,
  shape: HEAD,
};

export interface Checkpoint {
  readonly state: TrainingState;
  /** What each group holds, in order. */
  readonly groups: readonly { name: string; places: readonly { name: string; shape: readonly number[] }[] }[];
  /** Whatever the training's owner wants to find again: options, versions. */
  readonly note: Readonly<Record<string, unknown>>;
}

/** The bytes of a checkpoint. */
export function writeCheckpoint(
  state: TrainingState,
  groups: Checkpoint['groups'],
  note: Readonly<Record<string, unknown>> = {},
): Uint8Array<ArrayBuffer> {
  const { vectors, ...rest } = state;
  const entries = Object.entries(vectors);
  const numbers = new Float32Array(entries.reduce((sum, [, { length }]) => sum + length, 0));
  let at = 0;
  for (const [, vector] of entries) {
    numbers.set(vector, at);
    at += vector.length;
  }
  const head = formatFile(CHECKPOINT, {
    ...rest,
    random: [...state.random],
    groups: groups.map(({ name, places }) => ({
      name,
      places: places.map((place) => ({ name: place.name, shape: [...place.shape] })),
    })),
    vectors: entries.map(([name, { length }]) => ({ name, size: length })),
    checksum: checksum(numbers),
    note: { ...note },
  });
  const text = new TextEncoder().encode(head);
  const start = MAGIC.length + 4;
  const bytes = new Uint8Array(start + text.length + numbers.byteLength);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(MAGIC.length, text.length, true);
  bytes.set(text, start);
  bytes.set(new Uint8Array(numbers.buffer), start + text.length);
  return bytes;
}

/**
 * @param where - Path or name for messages.
 * @throws {CodedError} `model/checkpoint-damaged`, `file/newer-version`, `file/invalid`
 */
export function readCheckpoint(bytes: Uint8Array, where: string): Checkpoint {
  const start = MAGIC.length + 4;
  const decoder = new TextDecoder();
  if (bytes.length < start || decoder.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw damaged(where, 'it does not begin like one');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  if (start + length > bytes.length) throw damaged(where, 'it ends early');
  const head = parseFile(CHECKPOINT, decoder.decode(bytes.subarray(start, start + length)), where);
  const total = head.vectors.reduce((sum, { size }) => sum + size, 0);
  const tail = bytes.subarray(start + length);
  if (tail.length !== total * 4) throw damaged(where, `it holds ${tail.length} bytes of numbers, not ${total * 4}`);
  // a copy, since the tail need not begin at a multiple of four bytes
  const numbers = new Float32Array(new Uint8Array(tail).buffer);
  if (checksum(numbers) !== head.checksum) throw damaged(where, 'its numbers are not those that were written');
  let at = 0;
  const vectors = head.vectors.map(({ name, size }) => [name, numbers.slice(at, (at += size))] as const);
  const { step, batches = step, trainedSeconds, random, rateFactor, smoothedLoss, groups, note } = head;
  const state = {
    step,
    batches,
    trainedSeconds,
    random,
    rateFactor,
    smoothedLoss,
    vectors: Object.fromEntries(vectors),
  };
  return { state, groups, note };
}

/** The averaged weights of all groups by name. */
export function weightsIn({ state, groups }: Checkpoint): Weights {
  const placed = groups.map(({ name, places }) => {
    let size = 0;
    const at = places.map((place) => {
      const offset = size;
      size += place.shape.reduce((product, n) => product * n, 1);
      return { ...place, offset, initial: { fill: 0 } };
    });
    return { name, size, places: at };
  });
  return weightsOf(placed, state);
}

/** @throws {CodedError} `model/checkpoint-mismatch` where the checkpoint is of another network than the program trains. */
export function requireSameNetwork(checkpoint: Checkpoint, { groups }: TrainingProgram, where: string): void {
  const table = (list: Checkpoint['groups']): string =>
    list.map(({ name, places }) => `${name}: ${places.map((p) => `${p.name} [${p.shape}]`).join(', ')}`).join('; ');
  if (table(checkpoint.groups) === table(groups)) return;
  throw new CodedError('model/checkpoint-mismatch', `${where} is a checkpoint of another network`, {
    hint: 'Resume with the options of the training that wrote it, or begin a new one.',
  });
}

function damaged(where: string, reason: string): CodedError {
  return new CodedError('model/checkpoint-damaged', `${where} is no whole checkpoint: ${reason}`, {
    hint: 'Resume from an older checkpoint, or begin the training again.',
  });
}

/** FNV-1a over the bits, word by word. */
function checksum(numbers: Float32Array): number {
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length))
    hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
