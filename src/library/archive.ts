// What is kept of a performer: facts read once out of each photo, and the judgement on them, which is worked out again
// whenever something new comes in. Shapes only; the catalogue that holds them is an adapter's business.

import type { HeadPose, IsoDay, MeshLandmarks } from '../core/index.ts';
import type { Expression, FaceLight } from '../face/index.ts';
import type { ClaimPrecision, ClaimSource, DateClaim } from './date-claim.ts';

export interface Performer {
  /** Name of the folder and key of the catalogue: lower-case ASCII letters, digits and dashes. */
  readonly slug: string;
  readonly name: string;
  readonly born: IsoDay;
}

/** Where a frame of footage came from. */
export interface FootageOrigin {
  readonly videoSha256: string;
  readonly videoName: string;
  readonly frameIndex: number;
}

/** Facts of one picture, by the hash of its bytes. Never changed once written. */
export interface Photo {
  readonly sha256: string;
  /** Name of the copy in the performer's photos folder. */
  readonly file: string;
  /** Name of the file that was given. */
  readonly givenName: string;
  readonly footage: FootageOrigin | null;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Two perceptual hashes of 64 bits each, 16 hexadecimal digits: by differences, by cosine transform. */
  readonly differenceHash: string;
  readonly cosineHash: string;
  /** What the tags in the file say about its day. */
  readonly tagClaims: readonly DateClaim[];
}

/** Facts of one face on one photo. */
export interface PhotoFace {
  readonly photo: string;
  /** From 0, largest face first. */
  readonly faceIndex: number;
  /** Photo pixels. */
  readonly landmarks: MeshLandmarks;
  /** The mesh's belief that this is a face, 0..1. */
  readonly score: number;
  readonly pose: HeadPose;
  readonly eyeDistancePx: number;
  readonly descriptor: Float32Array;
  readonly apparentAge: number;
  readonly light: FaceLight;
  readonly expression: Expression;
  /** 0..1, see `SharpnessReader`. */
  readonly sharpness: number;
}

/** One file that a person gave: what became of it. Kept so that a second ingest need not read it again. */
export interface GivenFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** What its names, and a dates file, say about its day. */
  readonly claims: readonly DateClaim[];
  /** A person said that the performer is on it, alone. */
  readonly isPortrait: boolean;
  /** Photos it became: one, or several frames of footage; none where it could not be used. */
  readonly photos: readonly string[];
  /** Why it could not be used, or null. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

export type JudgementState = 'used' | 'set-aside' | 'duplicate';

/** What the library makes of a photo. */
export interface Judgement {
  readonly photo: string;
  readonly state: JudgementState;
  /** `library/...` code of the reason; null when used. */
  readonly code: string | null;
  /** The reason in words; empty when used. */
  readonly reason: string;
  /** The performer's face; null where it is not on the photo or not known. */
  readonly faceIndex: number | null;
  readonly ageAtPhoto: number | null;
  readonly takenOn: IsoDay | null;
  readonly plusMinusYears: number;
  readonly precision: ClaimPrecision | null;
  readonly ageSource: ClaimSource | null;
  readonly said: string | null;
  readonly flagged: readonly string[];
  readonly contradictions: readonly string[];
  /** The photo of which this is a near-duplicate. */
  readonly duplicateOf: string | null;
  /** How well the face agrees with the performer's other faces, log of odds; null where there is no face. */
  readonly agreement: number | null;
}
