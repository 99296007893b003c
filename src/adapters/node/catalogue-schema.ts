// The tables of dorian.db, and how a database file is opened, made and recognised.

import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../core/index.ts';
import { asFileError, diskFull } from './files.ts';

/** Counts up with each change of the tables; kept in the file as `user_version`. */
export const CATALOGUE_VERSION = 1;
/** Marks the file as ours: "dori". */
const APPLICATION_ID = 0x646f7269;

// of a performer's rows only `forget` deletes, through the cascades; revocations hang on nothing and stay
const TABLES = `
CREATE TABLE production (one INTEGER PRIMARY KEY CHECK (one = 1), title TEXT NOT NULL) STRICT;
CREATE TABLE performers (slug TEXT PRIMARY KEY, name TEXT NOT NULL, born TEXT NOT NULL) STRICT;
CREATE TABLE consents (
  place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
  performer TEXT NOT NULL REFERENCES performers ON DELETE CASCADE, record TEXT NOT NULL) STRICT;
CREATE TABLE revocations (
  consent TEXT PRIMARY KEY, revokedOn TEXT NOT NULL, revokedBy TEXT NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE photos (
  performer TEXT NOT NULL REFERENCES performers ON DELETE CASCADE, sha256 TEXT NOT NULL, file TEXT NOT NULL,
  givenName TEXT NOT NULL, footage TEXT, widthPx INTEGER NOT NULL, heightPx INTEGER NOT NULL,
  differenceHash TEXT NOT NULL, cosineHash TEXT NOT NULL, tagClaims TEXT NOT NULL,
  PRIMARY KEY (performer, sha256)) STRICT;
CREATE TABLE faces (
  performer TEXT NOT NULL, photo TEXT NOT NULL, faceIndex INTEGER NOT NULL, landmarks BLOB NOT NULL,
  score REAL NOT NULL, yaw REAL NOT NULL, pitch REAL NOT NULL, roll REAL NOT NULL, eyeDistancePx REAL NOT NULL,
  descriptor BLOB NOT NULL, apparentAge REAL NOT NULL, light TEXT NOT NULL, expression TEXT NOT NULL,
  sharpness REAL NOT NULL, PRIMARY KEY (performer, photo, faceIndex),
  FOREIGN KEY (performer, photo) REFERENCES photos ON DELETE CASCADE) STRICT;
CREATE TABLE givenFiles (
  performer TEXT NOT NULL REFERENCES performers ON DELETE CASCADE, path TEXT NOT NULL, bytes INTEGER NOT NULL,
  modifiedMs REAL NOT NULL, claims TEXT NOT NULL, isPortrait INTEGER NOT NULL, photos TEXT NOT NULL, refusal TEXT,
  PRIMARY KEY (performer, path)) STRICT;
CREATE TABLE judgements (
  performer TEXT NOT NULL, photo TEXT NOT NULL, judgement TEXT NOT NULL, PRIMARY KEY (performer, photo),
  FOREIGN KEY (performer, photo) REFERENCES photos ON DELETE CASCADE) STRICT;
`;

/** How long another process of ours may hold the database before it counts as busy. */
const BUSY_MS = 10_000;

/**
 * Makes the database of a new production.
 *
 * @throws {CodedError} `production/exists`, `file/disk-full`, `file/not-writable`
 */
export function createDatabase(file: string, title: string): void {
  if (existsSync(file)) {
    throw new CodedError('production/exists', `${file} is there already.`, {
      hint: 'Work in this production as it is, or choose another folder.',
    });
  }
  guarded(file, () => {
    const database = new DatabaseSync(file);
    try {
      configure(database);
      database.exec('BEGIN IMMEDIATE');
      database.exec(TABLES);
      database.prepare('INSERT INTO production (one, title) VALUES (1, ?)').run(title);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${CATALOGUE_VERSION}; COMMIT`);
    } finally {
      database.close();
    }
  });
}

/**
 * Opens the database of a production.
 *
 * @throws {CodedError} `production/newer-version`, `production/damaged`, `production/busy`
 */
export function openDatabase(file: string): DatabaseSync {
  return guarded(file, () => {
    const database = new DatabaseSync(file);
    try {
      checkOrigin(database, file);
      configure(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function checkOrigin(database: DatabaseSync, file: string): void {
  const read = (pragma: string): number => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  if (read('application_id') !== APPLICATION_ID) throw damaged(file, 'it is no production database of Dorian');
  const version = read('user_version');
  if (version > CATALOGUE_VERSION) {
    throw new CodedError(
      'production/newer-version',
      `${file} has version ${version}; this Dorian knows productions up to version ${CATALOGUE_VERSION}.`,
      { hint: 'Update Dorian; the production was not touched.' },
    );
  }
}

function configure(database: DatabaseSync): void {
  // WAL with normal sync: a power cut may lose the last photos of an ingest, which are then taken in again, never more
  database.exec(
    `PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA foreign_keys = on; PRAGMA secure_delete = on`,
  );
}

function damaged(file: string, why: string, cause?: unknown): CodedError {
  return new CodedError('production/damaged', `${file} cannot be read: ${why}.`, {
    hint: 'Restore the production folder from a copy; `dorian doctor` checks it.',
    cause,
  });
}

/** SQLite's primary result codes. */
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** Runs `work` and turns what SQLite throws into errors that a person can act on. */
export function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as { errcode?: unknown } | null)?.errcode;
    if (typeof code !== 'number') throw asFileError(error, file);
    switch (code & 0xff) {
      case BUSY:
      case LOCKED:
        throw new CodedError('production/busy', `${file} is in use by another Dorian.`, {
          hint: 'Wait until the other command has ended, then run this one again.',
          retry: true,
          cause: error,
        });
      case FULL:
        throw diskFull(file, error);
      case READ_ONLY:
      case CANNOT_OPEN:
        throw new CodedError('file/not-writable', `${file} cannot be opened for writing.`, {
          hint: 'Choose another folder, or change who may write to this one.',
          cause: error,
        });
      case CORRUPT:
      case IO_ERROR:
      case NOT_A_DATABASE:
        throw damaged(file, (error as Error).message, error);
      default:
        throw error;
    }
  }
}
