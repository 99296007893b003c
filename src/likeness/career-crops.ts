// A performer's photos in memory, ready to be taught from: cut around the face, with the points by which they are carried,
// and how much each is worth.

import type { Consented, HeadPose, MeshLandmarks, Plate, Point, Rgb8 } from '../core/index.ts';
import { PlateCropper, applyAffine, composeAffine, invertAffine } from '../core/index.ts';
import type { Expression, FaceLight } from '../face/index.ts';
import { alignPoints, carryPoints, cropPoints } from '../face/index.ts';
import type { CareerPhoto, Catalogue, Performer, PhotoFiles } from '../library/index.ts';
import { careerOf } from '../library/index.ts';
import { eventsOf, heldOutEvents } from './career-events.ts';
import { colorSpread, colorTrusts } from './color-trust.ts';

/** One photo of the performer. */
export interface CareerCrop {
  /** Of the photo's aligned crop in the faceset. */
  readonly name: string;
  /** Square around the face, 1.7 times the aligned crop; never enlarged. */
  readonly picture: Rgb8;
  /** Eye centres and mouth centre, picture pixels. */
  readonly points: readonly [Point, Point, Point];
  /** As `carryPoints`, picture pixels. */
  readonly carry: Float32Array;
  /** The same as the tracker saw them, where `carry` was corrected since: a plate's own points are no surer. */
  readonly tracked?: Float32Array;
  readonly pose: HeadPose;
  readonly light: FaceLight;
  readonly expression: Expression;
  /** Years. */
  readonly age: number;
  /** 0.05..1: sharp, large, seen from the front, surely dated. */
  readonly weight: number;
  /** 0 (black and white, toned or not) .. 1: how far it may teach colour. */
  readonly colorTrust: number;
  /** Photos of one occasion share it. */
  readonly event: string;
  /** Says when to stop; nothing is learned from it. */
  readonly isHeldOut: boolean;
}

export interface CareerCropsOptions {
  /** Side of the crops that will be taken; photos are kept a quarter finer. */
  readonly sizePx: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Side of the picture over the side of the aligned crop: room for jitter, and for the wider crop of the hair. */
const AROUND = 1.7;

/** Side of the aligned crop in a photo's picture, picture pixels. */
export function faceSideOf({ picture }: Pick<CareerCrop, 'picture'>): number {
  return picture.width / AROUND;
}

const FINER = 1.25;
/** Distance of the eyes in the aligned crop, as a share of its side. */
const EYES_APART = 0.26;

/**
 * Reads the photos in use, youngest first: about (2.1 * sizePx)^2 * 3 bytes each.
 *
 * @param performer - Under a consent to learn.
 * @throws {CodedError} `media/...`, `file/not-found` where a kept photo is damaged or gone
 */
export async function readCareerCrops(
  performer: Consented<Performer>,
  catalogue: Catalogue,
  files: Pick<PhotoFiles, 'openKept'>,
  options: CareerCropsOptions,
): Promise<CareerCrop[]> {
  const { slug } = performer;
  const career = careerOf(catalogue, slug);
  const events = eventsOf(career, catalogue.givenFiles(slug));
  const held = heldOutEvents(career.map(({ ageAtPhoto }, i) => ({ event: events[i], age: ageAtPhoto })));
  const cutter = new CareerCutter(options.sizePx);
  const cut: Pick<CareerCrop, 'picture' | 'points' | 'carry'>[] = [];
  for (const { photo, face } of career) {
    options.signal?.throwIfAborted();
    cut.push(cutter.cut(await files.openKept(slug, photo.file), face.landmarks, face.eyeDistancePx));
    options.onProgress?.(cut.length, career.length);
  }
  const trusts = colorTrusts(cut.map(({ picture }) => colorSpread(picture)));
  return career.map((one, i) => ({
    ...cut[i],
    name: one.crop,
    pose: one.face.pose,
    light: one.face.light,
    expression: one.face.expression,
    age: one.ageAtPhoto,
    weight: weightOf(one, options.sizePx),
    colorTrust: trusts[i],
    event: events[i],
    isHeldOut: held.has(events[i]),
  }));
}

class CareerCutter {
  private readonly cropper = new PlateCropper();
  private readonly sizePx: number;

  constructor(sizePx: number) {
    this.sizePx = sizePx;
  }

  cut(plate: Plate, landmarks: MeshLandmarks, eyeDistancePx: number): Pick<CareerCrop, 'picture' | 'points' | 'carry'> {
    const facePx = Math.min(FINER * this.sizePx, eyeDistancePx / EYES_APART);
    const side = Math.round(AROUND * facePx);
    const margin = (side - facePx) / 2;
    const toPicture = composeAffine([1, 0, margin, 0, 1, margin], alignPoints(cropPoints(landmarks), facePx));
    const out = new Float32Array(side * side * 3);
    const options = { layout: 'nhwc', low: 0, high: 255, border: 'edge' } as const;
    this.cropper.crop(plate, invertAffine(toPicture), side, out, options);
    const moved = (p: Point): Point => applyAffine(toPicture, ...p);
    const [left, right, mouth] = cropPoints(landmarks);
    const carry = carryPoints(landmarks);
    for (let i = 0; i < carry.length; i += 2) [carry[i], carry[i + 1]] = moved([carry[i], carry[i + 1]]);
    return {
      picture: { samples: Uint8Array.from(out, Math.round), width: side, height: side },
      points: [moved(left), moved(right), moved(mouth)],
      carry,
    };
  }
}

/** Sharpness of a face in focus; below the first half of it, none. */
const SHARP = [0.3, 0.6] as const;
const TURNED_DEGREES = 45;
const UNSURE_YEARS = 2;
const LEAST_WEIGHT = 0.05;

/**
 * What a photo is worth among the others.
 *
 * @param sizePx - Side of the crops: a face that fills less of it has less to teach.
 * @returns 0.05..1
 */
export function weightOf(
  {
    face,
    judgement,
  }: Pick<CareerPhoto, 'judgement'> & { face: Pick<CareerPhoto['face'], 'sharpness' | 'pose' | 'eyeDistancePx'> },
  sizePx: number,
): number {
  const sharp = (face.sharpness - SHARP[0]) / (SHARP[1] - SHARP[0]);
  const turned = Math.exp(-((face.pose.yaw ** 2 + face.pose.pitch ** 2) / (2 * TURNED_DEGREES ** 2)));
  const large = face.eyeDistancePx / (EYES_APART * sizePx);
  const sure = 1 / (1 + (judgement.plusMinusYears / UNSURE_YEARS) ** 2);
  return Math.max(LEAST_WEIGHT, limited(sharp) * turned * limited(large) * sure);
}

function limited(v: number): number {
  return Math.max(0, Math.min(1, v));
}
