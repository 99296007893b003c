// What is read off one given file when it is taken in: its photos, their faces, and what it says about its day. Kept in the
// performer's folder; the catalogue is not touched, so that several files may be looked at at once.

import type { Plate } from '../core/index.ts';
import { CodedError, PlatePyramid } from '../core/index.ts';
import type { Photo } from './archive.ts';
import { claimFromCreationTime, claimsFromTags } from './date-tags.ts';
import { perceptualHashes } from './dedupe.ts';
import { FacesetCropper, cropName } from './faceset-crop.ts';
import { chooseFrames } from './footage.ts';
import type { Footage, FoundFile, PhotoFiles, SeenFile, TakenPhoto, Viewing } from './needs.ts';
import type { FaceObserver } from './observe.ts';

type PhotoName = Pick<Photo, 'sha256' | 'file' | 'givenName' | 'footage' | 'tagClaims'>;

/** One file after another: not re-entrant. */
export class FileViewing implements Viewing {
  readonly atOnce = 1;
  private readonly files: PhotoFiles;
  private readonly footage: Footage;
  private readonly observer: FaceObserver;
  private readonly cropper = new FacesetCropper();

  constructor(files: PhotoFiles, footage: Footage, observer: FaceObserver) {
    this.files = files;
    this.footage = footage;
    this.observer = observer;
  }

  look(slug: string, file: FoundFile, sha256: string | null): Promise<SeenFile> {
    return file.kind === 'footage' ? this.lookAtFootage(slug, file) : this.lookAtPicture(slug, file, sha256);
  }

  private async lookAtPicture(slug: string, file: FoundFile, known: string | null): Promise<SeenFile> {
    const { files } = this;
    const { plate, tags, reAged } = await files.openPicture(file.path);
    if (reAged) throw isReAged(file.path, reAged);
    const sha256 = known ?? (await files.sha256(file.path));
    const kept = await files.keepOriginal(slug, file.path, sha256);
    const facts = { sha256, file: kept, givenName: nameOf(file), footage: null, tagClaims: claimsFromTags(tags) };
    return { photos: [await this.lookAt(slug, plate, facts)], claims: [] };
  }

  private async lookAtFootage(slug: string, file: FoundFile): Promise<SeenFile> {
    const videoSha256 = await this.files.sha256(file.path);
    const opened = await this.footage.open(file.path);
    try {
      if (opened.reAged) throw isReAged(file.path, opened.reAged);
      const photos: TakenPhoto[] = [];
      for await (const { frameIndex, plate } of chooseFrames(opened, this.observer)) {
        const kept = await this.files.keepFrame(slug, plate);
        const from = { videoSha256, videoName: nameOf(file), frameIndex };
        photos.push(await this.lookAt(slug, plate, { ...kept, givenName: nameOf(file), footage: from, tagClaims: [] }));
      }
      if (photos.length === 0) throw noFaceInFootage(file.path);
      return { photos, claims: claimFromCreationTime(opened.creationTime) };
    } finally {
      await opened.close();
    }
  }

  private async lookAt(slug: string, plate: Plate, facts: PhotoName): Promise<TakenPhoto> {
    const pyramid = new PlatePyramid(plate);
    const faces = (await this.observer.observe(pyramid)).map((face) => ({ photo: facts.sha256, ...face }));
    for (const face of faces) {
      const name = cropName(facts.sha256, face.faceIndex);
      await this.files.writeCrop(slug, name, this.cropper.alignedCrop(pyramid, face.landmarks));
    }
    const size = { widthPx: plate.width, heightPx: plate.height };
    return { photo: { ...facts, ...size, ...perceptualHashes(pyramid) }, faces };
  }
}

/** A given file's own name. */
function nameOf(file: FoundFile): string {
  return file.segments.at(-1) ?? file.path;
}

function isReAged(path: string, note: string): CodedError {
  return new CodedError('library/re-aged', `${path} is no photo: it says "${note}".`, {
    hint: 'Give camera originals; nothing is learned from what was made here.',
  });
}

function noFaceInFootage(path: string): CodedError {
  return new CodedError('library/no-face-in-footage', `No frame of ${path} shows a face sharp and large enough.`, {
    hint: 'Leave it out, or give a passage with a closer and sharper view of the face.',
  });
}
