// The part of a library that is in use: the performer's face and age on each photo, in order of age.

import type { Judgement, Photo, PhotoFace } from './archive.ts';
import type { Catalogue } from './needs.ts';
import { cropName } from './faceset-crop.ts';

/** A photo in use. */
export interface CareerPhoto {
  readonly photo: Photo;
  readonly face: PhotoFace;
  readonly judgement: Judgement;
  readonly ageAtPhoto: number;
  /** File name of the aligned crop in the faceset. */
  readonly crop: string;
}

/** All photos in use, youngest first. */
export function careerOf(catalogue: Catalogue, slug: string): CareerPhoto[] {
  const photos = new Map(catalogue.photos(slug).map((photo) => [photo.sha256, photo]));
  const faces = new Map(catalogue.faces(slug).map((face) => [cropName(face.photo, face.faceIndex), face]));
  const career: CareerPhoto[] = [];
  for (const judgement of catalogue.judgements(slug)) {
    const { state, ageAtPhoto, faceIndex } = judgement;
    if (state !== 'used' || ageAtPhoto === null || faceIndex === null) continue;
    const crop = cropName(judgement.photo, faceIndex);
    const photo = photos.get(judgement.photo);
    const face = faces.get(crop);
    if (photo && face) career.push({ photo, face, judgement, ageAtPhoto, crop });
  }
  return career.toSorted((a, b) => a.ageAtPhoto - b.ageAtPhoto || (a.crop < b.crop ? -1 : 1));
}
