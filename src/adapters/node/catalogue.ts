// The catalogue of a production, in SQLite. Reads and writes rows; what they mean is the library's business.

import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { CodedError, formatFile, parseFile } from '../../core/index.ts';
import type {
  Catalogue,
  ForgottenRows,
  GivenFile,
  Judgement,
  Performer,
  Photo,
  PhotoFace,
  TakenPhoto,
} from '../../library/index.ts';
import type { ConsentRecord, Revocation } from '../../trust/index.ts';
import { CONSENT_RECORD } from '../../trust/index.ts';
import { guarded, openDatabase } from './catalogue-schema.ts';

type Row = Record<string, SQLOutputValue>;

/** Opened by `openCatalogue`; owned by whoever opened it, who closes it. */
export class SqliteCatalogue implements Catalogue {
  readonly title: string;
  private readonly file: string;
  private readonly database: DatabaseSync;

  constructor(file: string, database: DatabaseSync) {
    this.file = file;
    this.database = database;
    this.title = String(this.rows('SELECT title FROM production')[0]?.title ?? '');
  }

  close(): void {
    this.database.close();
  }

  /** What is wrong with the database, in SQLite's words; empty when it is sound. */
  check(): string[] {
    return this.rows('PRAGMA integrity_check(10)')
      .map((row) => String(row.integrity_check))
      .filter((line) => line !== 'ok');
  }

  performers(): Performer[] {
    return this.rows('SELECT slug, name, born FROM performers ORDER BY slug').map((row) => ({
      slug: String(row.slug),
      name: String(row.name),
      born: String(row.born),
    }));
  }

  addPerformer({ slug, name, born }: Performer): void {
    this.run('INSERT OR IGNORE INTO performers (slug, name, born) VALUES (?, ?, ?)', slug, name, born);
  }

  consents(slug?: string): ConsentRecord[] {
    const rows =
      slug === undefined
        ? this.rows('SELECT id, record FROM consents ORDER BY place')
        : this.rows('SELECT id, record FROM consents WHERE performer = ? ORDER BY place', slug);
    return rows.map((row) => {
      const record = parseFile(CONSENT_RECORD, String(row.record), `consent record ${row.id}`);
      const revocation = this.revocationOf(record.id);
      return revocation ? { ...record, revocation } : record;
    });
  }

  addConsent(slug: string, record: ConsentRecord): void {
    const text = formatFile(CONSENT_RECORD, record);
    const [known] = this.rows('SELECT record, performer FROM consents WHERE id = ?', record.id);
    if (known && (known.record !== text || known.performer !== slug)) {
      throw new CodedError('trust/consent-changed', `Consent record ${record.id} is kept here with other content.`, {
        hint: 'A record is never edited: make a new one with `dorian consent new`, which gives it a new id.',
      });
    }
    if (!known) this.run('INSERT INTO consents (id, performer, record) VALUES (?, ?, ?)', record.id, slug, text);
    if (record.revocation) this.revoke(record.id, record.revocation);
  }

  revoke(consentId: string, { on, by, reason }: Revocation): void {
    const insert = 'INSERT OR IGNORE INTO revocations (consent, revokedOn, revokedBy, reason) VALUES (?, ?, ?, ?)';
    this.run(insert, consentId, on, by, reason);
  }

  revocationOf(consentId: string): Revocation | null {
    const [row] = this.rows('SELECT revokedOn, revokedBy, reason FROM revocations WHERE consent = ?', consentId);
    return row ? { on: String(row.revokedOn), by: String(row.revokedBy), reason: String(row.reason) } : null;
  }

  givenFiles(slug: string): GivenFile[] {
    return this.rows('SELECT * FROM givenFiles WHERE performer = ? ORDER BY path', slug).map((row) => ({
      path: String(row.path),
      bytes: Number(row.bytes),
      modifiedMs: Number(row.modifiedMs),
      claims: fromJson(row.claims),
      isPortrait: row.isPortrait === 1,
      photos: fromJson(row.photos),
      refusal: fromJson(row.refusal),
    }));
  }

  photos(slug: string): Photo[] {
    return this.rows('SELECT * FROM photos WHERE performer = ? ORDER BY sha256', slug).map((row) => ({
      sha256: String(row.sha256),
      file: String(row.file),
      givenName: String(row.givenName),
      footage: fromJson(row.footage),
      widthPx: Number(row.widthPx),
      heightPx: Number(row.heightPx),
      differenceHash: String(row.differenceHash),
      cosineHash: String(row.cosineHash),
      tagClaims: fromJson(row.tagClaims),
    }));
  }

  faces(slug: string): PhotoFace[] {
    return this.rows('SELECT * FROM faces WHERE performer = ? ORDER BY photo, faceIndex', slug).map((row) => ({
      photo: String(row.photo),
      faceIndex: Number(row.faceIndex),
      landmarks: fromBlob(row.landmarks),
      score: Number(row.score),
      pose: { yaw: Number(row.yaw), pitch: Number(row.pitch), roll: Number(row.roll) },
      eyeDistancePx: Number(row.eyeDistancePx),
      descriptor: fromBlob(row.descriptor),
      apparentAge: Number(row.apparentAge),
      light: fromJson(row.light),
      expression: fromJson(row.expression),
      sharpness: Number(row.sharpness),
    }));
  }

  judgements(slug: string): Judgement[] {
    return this.rows('SELECT judgement FROM judgements WHERE performer = ? ORDER BY photo', slug).map((row) =>
      fromJson(row.judgement),
    );
  }

  takeIn(slug: string, given: GivenFile, photos: readonly TakenPhoto[]): void {
    this.together(() => {
      for (const taken of photos) this.addPhoto(slug, taken);
      const { path, bytes, modifiedMs } = given;
      const [claims, photoHashes] = [toJson(given.claims), toJson(given.photos)];
      const refusal = given.refusal && toJson(given.refusal);
      const isPortrait = given.isPortrait ? 1 : 0;
      const row = { performer: slug, path, bytes, modifiedMs, claims, isPortrait, photos: photoHashes, refusal };
      this.insert('INSERT OR REPLACE', 'givenFiles', row);
    });
  }

  private addPhoto(slug: string, { photo, faces }: TakenPhoto): void {
    const footage = photo.footage && toJson(photo.footage);
    const row = { performer: slug, ...photo, footage, tagClaims: toJson(photo.tagClaims) };
    if (this.insert('INSERT OR IGNORE', 'photos', row) === 0) return;
    for (const { pose, ...face } of faces) {
      this.insert('INSERT', 'faces', {
        performer: slug,
        ...face,
        ...pose,
        landmarks: toBlob(face.landmarks),
        descriptor: toBlob(face.descriptor),
        light: toJson(face.light),
        expression: toJson(face.expression),
      });
    }
  }

  judge(slug: string, judgements: readonly Judgement[]): number {
    const before = new Map(this.judgements(slug).map((one) => [one.photo, toJson(one)]));
    const changed = judgements.filter((one) => before.get(one.photo) !== toJson(one));
    if (changed.length === 0) return 0;
    this.together(() => {
      for (const one of changed) {
        const row = { performer: slug, photo: one.photo, judgement: toJson(one) };
        this.insert('INSERT OR REPLACE', 'judgements', row);
      }
    });
    return changed.length;
  }

  forget(slug: string): ForgottenRows {
    const count = (table: string): number =>
      Number(this.rows(`SELECT count(*) AS n FROM ${table} WHERE performer = ?`, slug)[0].n);
    const rows: ForgottenRows = {
      photos: count('photos'),
      faces: count('faces'),
      consents: count('consents'),
      givenFiles: count('givenFiles'),
    };
    this.together(() => {
      // whose record it was and why it was revoked are facts about the performer; that it is revoked must stay
      const blank = `UPDATE revocations SET revokedBy = '', reason = '' WHERE consent IN (SELECT id FROM consents WHERE performer = ?)`;
      this.run(blank, slug);
      this.run('DELETE FROM performers WHERE slug = ?', slug);
    });
    // what was deleted must not be left in the write-ahead log
    guarded(this.file, () => this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
    return rows;
  }

  private rows(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return guarded(this.file, () => this.database.prepare(sql).all(...values));
  }

  private run(sql: string, ...values: readonly SQLInputValue[]): number {
    return guarded(this.file, () => Number(this.database.prepare(sql).run(...values).changes));
  }

  /** The keys of `row` are names of columns, which all stand in this file. @returns rows written. */
  private insert(verb: string, table: string, row: Readonly<Record<string, SQLInputValue>>): number {
    const columns = Object.keys(row);
    const marks = columns.map(() => '?').join(', ');
    return this.run(`${verb} INTO ${table} (${columns.join(', ')}) VALUES (${marks})`, ...Object.values(row));
  }

  /** One transaction: all of `work`, or nothing. */
  private together(work: () => void): void {
    guarded(this.file, () => this.database.exec('BEGIN IMMEDIATE'));
    try {
      work();
      guarded(this.file, () => this.database.exec('COMMIT'));
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw error;
    }
  }
}

/**
 * @param file - The production's dorian.db.
 * @throws {CodedError} `production/newer-version`, `production/damaged`, `production/busy`
 */
export function openCatalogue(file: string): SqliteCatalogue {
  return new SqliteCatalogue(file, openDatabase(file));
}

/** Same value, same text: keys keep the order in which the library writes them. */
function toJson(value: unknown): string {
  return JSON.stringify(value);
}

function fromJson<T>(text: SQLOutputValue): T {
  return (text === null ? null : JSON.parse(String(text))) as T;
}

function toBlob(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer.slice(numbers.byteOffset, numbers.byteOffset + numbers.byteLength));
}

function fromBlob(blob: SQLOutputValue): Float32Array {
  const bytes = blob as Uint8Array;
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
