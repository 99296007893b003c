// The checkpoint of one training, as a file: whole or the one before.

import { readFile } from 'node:fs/promises';
import type { CheckpointStore } from '../../model/index.ts';
import { asFileError, writeFileAtomic } from './files.ts';

/** @throws {CodedError} from `write`: `file/disk-full` and whatever else files meet */
export function checkpointFile(file: string): CheckpointStore {
  return {
    write: (bytes) => writeFileAtomic(file, bytes),
    async read() {
      try {
        return new Uint8Array(await readFile(file));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw asFileError(error, file);
      }
    },
  };
}
