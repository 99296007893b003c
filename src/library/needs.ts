// What the room needs from outside: a catalogue that remembers, files, decoded pictures and frames of footage. Met by
// adapters/node; held to it by test/conformance/catalogue.test.ts.

import type { Plate } from '../core/index.ts';
import type { ConsentRecord, Revocation } from '../trust/index.ts';
import type { GivenFile, Judgement, Performer, Photo, PhotoFace } from './archive.ts';
import type { DateClaim } from './date-claim.ts';

/** Tags of a picture file as the strings that stand there; null where a tag is missing. Dates `YYYY:MM:DD HH:MM:SS`. */
export interface PictureTags {
  readonly dateTimeOriginal: string | null;
  readonly createDate: string | null;
  /** IPTC `YYYYMMDD`. */
  readonly iptcDateCreated: string | null;
  readonly software: string | null;
  readonly make: string | null;
  readonly model: string | null;
}

/**
 * The memory of one production. Each call is done, on the disk, when it returns.
 * @throws {CodedError} any call: `file/disk-full`, `production/busy`, `production/damaged`
 */
export interface Catalogue {
  /** Title of the production. */
  readonly title: string;

  performers(): Performer[];
  /** Does nothing when the slug is there already. */
  addPerformer(performer: Performer): void;

  /** Oldest first, each with its revocation if one was noted. Of all performers when no slug is given. */
  consents(slug?: string): ConsentRecord[];
  /**
   * Does nothing when the very same record is there already.
   * @throws {CodedError} `trust/consent-changed` when the id is there with other content
   */
  addConsent(slug: string, record: ConsentRecord): void;
  /** Appends; a second revocation of the same record changes nothing that was noted before. */
  revoke(consentId: string, revocation: Revocation): void;
  revocationOf(consentId: string): Revocation | null;

  givenFiles(slug: string): GivenFile[];
  photos(slug: string): Photo[];
  faces(slug: string): PhotoFace[];
  judgements(slug: string): Judgement[];

  /** Notes a given file and the photos it became, in one step: after a kill all of it is there, or none. */
  takeIn(slug: string, given: GivenFile, photos: readonly TakenPhoto[]): void;
  /** Replaces all judgements on a performer's photos. @returns how many differ from before. */
  judge(slug: string, judgements: readonly Judgement[]): number;

  /** Deletes every row of a performer. Revocations stay, without names, so that a revoked record stays revoked. */
  forget(slug: string): ForgottenRows;
}

export interface TakenPhoto {
  readonly photo: Photo;
  readonly faces: readonly PhotoFace[];
}

export interface ForgottenRows {
  readonly photos: number;
  readonly faces: number;
  readonly consents: number;
  readonly givenFiles: number;
}

/** A file that a person gave, before it is opened. */
export interface FoundFile {
  /** Absolute. */
  readonly path: string;
  /** From the outermost folder that was given down to the file's own name: what dates are read from. */
  readonly segments: readonly string[];
  readonly bytes: number;
  readonly modifiedMs: number;
  /** By content, not by name. `unreadable`: named like a picture or footage, and neither. */
  readonly kind: 'picture' | 'footage' | 'unreadable' | 'other';
}

/** A still, decoded. */
export interface OpenedPicture {
  /** Upright, sRGB. */
  readonly plate: Plate;
  readonly tags: PictureTags;
  /** What the file says about having been re-aged; null for a photo. */
  readonly reAged: string | null;
}

/** Files of a performer in the production, and pictures read from them. */
export interface PhotoFiles {
  /** @throws {CodedError} `file/not-found` */
  sha256(path: string): Promise<string>;
  /** @throws {CodedError} `media/...` for what cannot be read as a picture */
  openPicture(path: string): Promise<OpenedPicture>;
  /** Copies a file's bytes into the performer's photos, named by hash. @returns the name of the copy. */
  keepOriginal(slug: string, path: string, sha256: string): Promise<string>;
  /** Writes a plate into the performer's photos without loss, named by hash. */
  keepFrame(slug: string, plate: Plate): Promise<{ readonly sha256: string; readonly file: string }>;
  openKept(slug: string, file: string): Promise<Plate>;
  writeCrop(slug: string, name: string, crop: Plate): Promise<void>;
  /** Names of the aligned crops there are. */
  crops(slug: string): Promise<string[]>;
  removeCrop(slug: string, name: string): Promise<void>;
}

/** Video files, as far as a library looks at them. */
export interface Footage {
  /** @throws {CodedError} `media/...` */
  open(path: string): Promise<OpenedFootage>;
}

export interface OpenedFootage {
  readonly frameCount: number;
  readonly framesPerSecond: number;
  /** The container's `creation_time`, as it stands. */
  readonly creationTime: string | null;
  readonly reAged: string | null;
  /**
   * Every `step`-th frame from the first, in order. A plate is good until the next is asked for. Ends early, without an
   * error, where the file is cut short.
   */
  frames(step: number): AsyncIterable<{ readonly frameIndex: number; readonly plate: Plate }>;
  close(): Promise<void>;
}

/** What a given file turned out to hold; the catalogue does not know of it yet. */
export interface SeenFile {
  /** One of a picture, one for each chosen frame of footage. */
  readonly photos: readonly TakenPhoto[];
  /** What the file says about its day, beyond its path and the tags of its photos. */
  readonly claims: readonly DateClaim[];
}

/**
 * Looks at given files and keeps their photos and the crops of their faces in the performer's folder. What comes of a
 * file does not depend on the others, nor on the order of the calls.
 */
export interface Viewing {
  /** Calls that may be open at the same time. */
  readonly atOnce: number;
  /**
   * @param sha256 - Of a picture, where it is known already.
   * @throws {CodedError} `media/...`, `library/re-aged`, `library/no-face-in-footage`: this file cannot be used;
   *   `file/disk-full`, `file/not-writable`, `models/...`, `network/...`: no file can
   */
  look(slug: string, file: FoundFile, sha256: string | null): Promise<SeenFile>;
}
