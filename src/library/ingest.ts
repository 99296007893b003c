// Takes what a person gave into a performer's library. Each file is done, on the disk, before the next is begun, so that a
// killed ingest goes on where it was; a file that cannot be used is set aside with its reason and the rest goes on.

import type { Consented, IsoDay } from '../core/index.ts';
import { CodedError, isCodedError } from '../core/index.ts';
import type { GivenFile, Judgement, Performer, Photo } from './archive.ts';
import type { DateClaim } from './date-claim.ts';
import { claimsFromPath } from './date-names.ts';
import { claimFromCreationTime, claimsFromTags } from './date-tags.ts';
import type { DatesFile } from './dates-file.ts';
import { perceptualHashes } from './dedupe.ts';
import { chooseFrames } from './footage.ts';
import type { Catalogue, Footage, FoundFile, OpenedPicture, PhotoFiles, TakenPhoto } from './needs.ts';
import type { FaceObserver } from './observe.ts';
import { cropName } from './observe.ts';
import { settle } from './settle.ts';

export interface IngestNeeds {
  readonly catalogue: Catalogue;
  readonly files: PhotoFiles;
  readonly footage: Footage;
  readonly observer: FaceObserver;
}

export interface IngestRequest {
  readonly performer: Consented<Performer>;
  readonly found: readonly FoundFile[];
  readonly dates: DatesFile | null;
  /** Paths of files on which the performer is alone: they say whom to look for. */
  readonly portraits: ReadonlySet<string>;
  /** The consent record covers pictures of the performer under 18. */
  readonly minorsAllowed: boolean;
  readonly today: IsoDay;
}

export interface IngestOptions {
  /** Called after each file. */
  readonly onProgress?: (done: number, path: string) => void;
  readonly signal?: AbortSignal;
}

/** A given file and what became of it. */
export interface FileOutcome {
  readonly path: string;
  readonly photos: readonly string[];
  readonly refusal: GivenFile['refusal'];
}

export interface IngestReport {
  readonly performer: Performer;
  /** The pictures and footage that were given this time, in order. */
  readonly outcomes: readonly FileOutcome[];
  /** Files that are neither. */
  readonly ignored: number;
  /** Files read this time; the others were known from before. */
  readonly newlyRead: number;
  /** On all of the performer's photos. */
  readonly judgements: readonly Judgement[];
  /** Judgements that are new or differ from before. */
  readonly changed: number;
  readonly runnerUpPhotos: number;
}

/**
 * @throws {CodedError} what is not the fault of one file: `file/disk-full`, `file/not-writable`, `production/...`,
 *   `network/...`. What was done by then is kept.
 */
export async function ingest(
  request: IngestRequest,
  needs: IngestNeeds,
  options: IngestOptions = {},
): Promise<IngestReport> {
  const { slug } = request.performer;
  const wanted = request.found.filter((file) => file.kind !== 'other');
  const intake = new Intake(request, needs);
  const outcomes: FileOutcome[] = [];
  for (const [i, file] of wanted.entries()) {
    options.signal?.throwIfAborted();
    // the next picture is decoded while the networks look at this one
    intake.prepare(wanted[i + 1]);
    const { path, photos, refusal } = await intake.take(file);
    outcomes.push({ path, photos, refusal });
    options.onProgress?.(i + 1, path);
  }
  const settled = settleLibrary(request, needs.catalogue);
  await keepCropsOf(slug, settled.judgements, needs);
  return {
    performer: request.performer,
    outcomes,
    ignored: request.found.length - wanted.length,
    newlyRead: intake.newlyRead,
    judgements: settled.judgements,
    changed: settled.changed,
    runnerUpPhotos: settled.runnerUpPhotos,
  };
}

/** Judges everything that is held of the performer anew, and notes it. */
function settleLibrary(
  { performer, minorsAllowed, today }: IngestRequest,
  catalogue: Catalogue,
): { judgements: readonly Judgement[]; changed: number; runnerUpPhotos: number } {
  const { slug } = performer;
  const { judgements, runnerUpPhotos } = settle({
    performer,
    photos: catalogue.photos(slug),
    faces: catalogue.faces(slug),
    givenFiles: catalogue.givenFiles(slug),
    minorsAllowed,
    today,
  });
  return { judgements, changed: catalogue.judge(slug, judgements), runnerUpPhotos };
}

/** Crops of the faces in use are there, and no others: faces of other people are not kept. */
async function keepCropsOf(slug: string, judgements: readonly Judgement[], needs: IngestNeeds): Promise<void> {
  const { files, catalogue, observer } = needs;
  const there = new Set(await files.crops(slug));
  const used = new Map(
    judgements
      .filter((one) => one.state === 'used' && one.faceIndex !== null)
      .map((one) => [cropName(one.photo, one.faceIndex ?? 0), one]),
  );
  for (const name of there) if (!used.has(name)) await files.removeCrop(slug, name);
  const missing = [...used].filter(([name]) => !there.has(name));
  if (missing.length === 0) return;
  const photos = new Map(catalogue.photos(slug).map((photo) => [photo.sha256, photo]));
  const faces = new Map(catalogue.faces(slug).map((face) => [cropName(face.photo, face.faceIndex), face]));
  for (const [name, { photo }] of missing) {
    const face = faces.get(name);
    const file = photos.get(photo)?.file;
    if (!face || !file) continue;
    await files.writeCrop(slug, name, observer.alignedCrop(await files.openKept(slug, file), face.landmarks));
  }
}

/** What is not the fault of one file ends the ingest. */
const NOT_OF_ONE_FILE = /^(?:file\/(?:disk-full|not-writable)|production\/|network\/|models\/)/;

/** One run's memory of what is known, and the way of one file into the library. */
class Intake {
  newlyRead = 0;
  private readonly request: IngestRequest;
  private readonly needs: IngestNeeds;
  private readonly slug: string;
  private readonly given: Map<string, GivenFile>;
  private readonly known: Set<string>;
  private prepared: { readonly path: string; readonly work: Promise<ReadPicture> } | null = null;

  constructor(request: IngestRequest, needs: IngestNeeds) {
    this.request = request;
    this.needs = needs;
    this.slug = request.performer.slug;
    this.given = new Map(needs.catalogue.givenFiles(this.slug).map((file) => [file.path, file]));
    this.known = new Set(needs.catalogue.photos(this.slug).map((photo) => photo.sha256));
  }

  /** Begins to read a picture that will be taken next. */
  prepare(file: FoundFile | undefined): void {
    if (file?.kind !== 'picture' || this.unchanged(file)) return;
    const work = this.readPicture(file);
    // whoever takes the file meets the error
    work.catch(() => undefined);
    this.prepared = { path: file.path, work };
  }

  async take(file: FoundFile): Promise<GivenFile> {
    const before = this.unchanged(file);
    const claims = this.claimsOf(file, before);
    const isPortrait = this.request.portraits.has(file.path) || (before?.isPortrait ?? false);
    const { path, bytes, modifiedMs } = file;
    const frame = { path, bytes, modifiedMs, isPortrait };
    if (before) {
      const given: GivenFile = { ...frame, claims, photos: before.photos, refusal: before.refusal };
      if (JSON.stringify(claims) !== JSON.stringify(before.claims) || isPortrait !== before.isPortrait)
        this.needs.catalogue.takeIn(this.slug, given, []);
      return given;
    }
    this.newlyRead++;
    try {
      const taken = file.kind === 'footage' ? await this.takeFootage(file, claims) : await this.takePicture(file);
      const given: GivenFile = { ...frame, claims: taken.claims ?? claims, photos: taken.photos, refusal: null };
      this.needs.catalogue.takeIn(this.slug, given, taken.added);
      for (const { photo } of taken.added) this.known.add(photo.sha256);
      return given;
    } catch (error) {
      if (!isCodedError(error) || NOT_OF_ONE_FILE.test(error.code)) throw error;
      const refusal = { code: error.code, message: error.message };
      const given: GivenFile = { ...frame, claims, photos: [], refusal };
      this.needs.catalogue.takeIn(this.slug, given, []);
      return given;
    }
  }

  private unchanged(file: FoundFile): GivenFile | null {
    const before = this.given.get(file.path);
    return before && before.bytes === file.bytes && before.modifiedMs === file.modifiedMs ? before : null;
  }

  /** The path's claims anew; the dates file's from before, unless there is a new one that names the file. */
  private claimsOf({ segments }: FoundFile, before: GivenFile | null): DateClaim[] {
    const said = this.request.dates?.claimFor(segments) ?? null;
    const kept = before?.claims.filter((claim) => claim.source !== 'csv' || !said) ?? [];
    const claims = said ? [said, ...kept] : [...kept];
    for (const claim of claimsFromPath(segments))
      if (!claims.some((one) => one.source === claim.source && one.said === claim.said)) claims.push(claim);
    return claims;
  }

  private async takePicture(file: FoundFile): Promise<Taken> {
    const ready = this.prepared?.path === file.path ? this.prepared.work : this.readPicture(file);
    const { sha256, opened } = await ready;
    if (!opened || this.known.has(sha256)) return { photos: [sha256], added: [] };
    const kept = await this.needs.files.keepOriginal(this.slug, file.path, sha256);
    const { plate, tags } = opened;
    const facts = { sha256, file: kept, givenName: nameOf(file), footage: null, tagClaims: claimsFromTags(tags) };
    return { photos: [sha256], added: [await this.look(plate, facts)] };
  }

  private async readPicture({ path, kind }: FoundFile): Promise<ReadPicture> {
    const { files } = this.needs;
    // of what is hardly a picture, opening is the quicker question
    const tried = kind === 'picture' ? null : await files.openPicture(path);
    const sha256 = await files.sha256(path);
    if (this.known.has(sha256)) return { sha256, opened: null };
    const opened = tried ?? (await files.openPicture(path));
    if (opened.reAged) throw reAged(path, opened.reAged);
    return { sha256, opened };
  }

  private async takeFootage(file: FoundFile, claims: readonly DateClaim[]): Promise<Taken> {
    const { files, footage, observer } = this.needs;
    const videoSha256 = await files.sha256(file.path);
    const opened = await footage.open(file.path);
    try {
      if (opened.reAged) throw reAged(file.path, opened.reAged);
      const photos: string[] = [];
      const added: TakenPhoto[] = [];
      for await (const { frameIndex, plate } of chooseFrames(opened, observer)) {
        const kept = await files.keepFrame(this.slug, plate);
        photos.push(kept.sha256);
        if (this.known.has(kept.sha256)) continue;
        const from = { videoSha256, videoName: nameOf(file), frameIndex };
        added.push(await this.look(plate, { ...kept, givenName: nameOf(file), footage: from, tagClaims: [] }));
      }
      if (photos.length === 0) throw noFaceInFootage(file.path);
      const created = claimFromCreationTime(opened.creationTime);
      return { photos, added, claims: [...claims, ...created] };
    } finally {
      await opened.close();
    }
  }

  private async look(plate: OpenedPicture['plate'], facts: PhotoName): Promise<TakenPhoto> {
    const { files, observer } = this.needs;
    const faces = (await observer.observe(plate)).map((face) => ({ photo: facts.sha256, ...face }));
    for (const face of faces) {
      const name = cropName(facts.sha256, face.faceIndex);
      await files.writeCrop(this.slug, name, observer.alignedCrop(plate, face.landmarks));
    }
    const size = { widthPx: plate.width, heightPx: plate.height };
    return { photo: { ...facts, ...size, ...perceptualHashes(plate) }, faces };
  }
}

type PhotoName = Pick<Photo, 'sha256' | 'file' | 'givenName' | 'footage' | 'tagClaims'>;

interface ReadPicture {
  readonly sha256: string;
  /** null where the photo is known already. */
  readonly opened: OpenedPicture | null;
}

interface Taken {
  readonly photos: readonly string[];
  readonly added: readonly TakenPhoto[];
  /** Where the file itself said more than its path. */
  readonly claims?: readonly DateClaim[];
}

function nameOf(file: FoundFile): string {
  return file.segments.at(-1) ?? file.path;
}

function reAged(path: string, note: string): CodedError {
  return new CodedError('library/re-aged', `${path} is no photo: it says "${note}".`, {
    hint: 'Give camera originals; nothing is learned from what was made here.',
  });
}

function noFaceInFootage(path: string): CodedError {
  return new CodedError('library/no-face-in-footage', `No frame of ${path} shows a face sharp and large enough.`, {
    hint: 'Leave it out, or give a passage with a closer and sharper view of the face.',
  });
}
