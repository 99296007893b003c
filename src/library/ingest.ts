// Takes what a person gave into a performer's library. Each file is done, on the disk, before the next is begun, so that a
// killed ingest goes on where it was; a file that cannot be used is set aside with its reason and the rest goes on.

import type { Consented, IsoDay } from '../core/index.ts';
import { PlatePyramid, isCodedError } from '../core/index.ts';
import type { GivenFile, Judgement, Performer } from './archive.ts';
import type { DateClaim } from './date-claim.ts';
import { claimsFromPath } from './date-names.ts';
import type { DatesFile } from './dates-file.ts';
import { FacesetCropper, cropName } from './faceset-crop.ts';
import type { Catalogue, FoundFile, PhotoFiles, TakenPhoto, Viewing } from './needs.ts';
import { settle } from './settle.ts';

export interface IngestNeeds {
  readonly catalogue: Catalogue;
  readonly files: PhotoFiles;
  readonly viewing: Viewing;
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
    intake.prepare(wanted.slice(i, i + needs.viewing.atOnce));
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
  const { files, catalogue } = needs;
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
  const cropper = new FacesetCropper();
  for (const [name, { photo }] of missing) {
    const face = faces.get(name);
    const file = photos.get(photo)?.file;
    if (!face || !file) continue;
    const picture = new PlatePyramid(await files.openKept(slug, file));
    await files.writeCrop(slug, name, cropper.alignedCrop(picture, face.landmarks));
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
  private readonly begun = new Map<string, Promise<Seen>>();

  constructor(request: IngestRequest, needs: IngestNeeds) {
    this.request = request;
    this.needs = needs;
    this.slug = request.performer.slug;
    this.given = new Map(needs.catalogue.givenFiles(this.slug).map((file) => [file.path, file]));
    this.known = new Set(needs.catalogue.photos(this.slug).map((photo) => photo.sha256));
  }

  /** Begins to look at pictures that will be taken soon. Footage takes long, and Ctrl-C waits for what was begun. */
  prepare(files: readonly FoundFile[]): void {
    for (const file of files) {
      if (file.kind !== 'picture' || this.begun.has(file.path) || this.unchanged(file)) continue;
      const work = this.see(file);
      // whoever takes the file meets the error
      work.catch(() => undefined);
      this.begun.set(file.path, work);
    }
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
      const seen = await (this.begun.get(path) ?? this.see(file));
      const given: GivenFile = {
        ...frame,
        claims: [...claims, ...seen.claims],
        photos: seen.photos,
        refusal: null,
      };
      // by now an earlier file may have become the same photo
      const added = seen.added.filter(({ photo }) => !this.known.has(photo.sha256));
      this.needs.catalogue.takeIn(this.slug, given, added);
      for (const photo of seen.photos) this.known.add(photo);
      return given;
    } catch (error) {
      if (!isCodedError(error) || NOT_OF_ONE_FILE.test(error.code)) throw error;
      const refusal = { code: error.code, message: error.message };
      const given: GivenFile = { ...frame, claims, photos: [], refusal };
      this.needs.catalogue.takeIn(this.slug, given, []);
      return given;
    } finally {
      this.begun.delete(path);
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

  private async see(file: FoundFile): Promise<Seen> {
    const { files, viewing } = this.needs;
    // of what is hardly a picture, opening is the quicker question
    const sha256 = file.kind === 'picture' ? await files.sha256(file.path) : null;
    if (sha256 !== null && this.known.has(sha256)) return { photos: [sha256], added: [], claims: [] };
    const { photos, claims } = await viewing.look(this.slug, file, sha256);
    return { photos: photos.map(({ photo }) => photo.sha256), added: photos, claims };
  }
}

/** A file that was looked at, or is known by its hash. */
interface Seen {
  readonly photos: readonly string[];
  readonly added: readonly TakenPhoto[];
  readonly claims: readonly DateClaim[];
}
