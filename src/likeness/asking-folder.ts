// The folder of a likeness under consent: before anything is written, it is asked for again.

import type { LikenessFolder } from './needs.ts';

/** A folder whose every write asks first: the performer may have been forgotten meanwhile, files and all. */
export function askingFirst(folder: LikenessFolder, stillAllowed: () => void): LikenessFolder {
  const asking =
    <A extends readonly unknown[], R>(write: (...what: A) => R): ((...what: A) => R) =>
    (...what) => {
      stillAllowed();
      return write(...what);
    };
  const { checkpoint } = folder;
  return {
    checkpoint: { read: () => checkpoint.read(), write: asking(async (bytes) => checkpoint.write(bytes)) },
    writeRecord: asking((record) => folder.writeRecord(record)),
    writeNetwork: asking((bytes) => folder.writeNetwork(bytes)),
    writeMean: asking((mean) => folder.writeMean(mean)),
    writePreview: asking((rows, sizePx) => folder.writePreview(rows, sizePx)),
    beginLog: asking((columns, afterStep) => folder.beginLog(columns, afterStep)),
    log: asking((cells) => folder.log(cells)),
  };
}
