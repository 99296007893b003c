// The judgement on a performer's photos, from everything that was ever taken in: copies, ages, who is who. Worked out anew
// each time and the same for the same facts, so that the order and number of ingests do not matter.

import { MIN_TARGET_AGE } from '../core/index.ts';
import type { IsoDay } from '../core/index.ts';
import type { GivenFile, Judgement, Performer, Photo, PhotoFace } from './archive.ts';
import type { DateClaim } from './date-claim.ts';
import type { AgeVerdict } from './date-photo.ts';
import { judgeAge } from './date-photo.ts';
import { nearDuplicates } from './dedupe.ts';
import type { CandidateFace } from './identity.ts';
import { selectPerformer } from './identity.ts';

export interface SettleFacts {
  readonly performer: Performer;
  readonly photos: readonly Photo[];
  readonly faces: readonly PhotoFace[];
  readonly givenFiles: readonly GivenFile[];
  /** A consent record covers pictures of the performer under 18. */
  readonly minorsAllowed: boolean;
  readonly today: IsoDay;
}

export interface Settlement {
  /** One per photo, in order of its hash. */
  readonly judgements: readonly Judgement[];
  /** Photos of the next most frequent person: near the performer's number, the choice between the two is a guess. */
  readonly runnerUpPhotos: number;
}

/** A face of fewer pixels between the eyes has nothing left to learn from. */
export const MIN_USED_EYE_DISTANCE_PX = 24;

/** Why a photo was set aside. */
export type SetAsideCode =
  | 'library/no-face'
  | 'library/near-duplicate'
  | 'library/other-person'
  | 'library/no-date'
  | 'library/minor'
  | 'library/face-too-small';

const REASONS: Readonly<Record<SetAsideCode, string>> = {
  'library/no-face': 'no face was found',
  'library/near-duplicate': 'it is a copy of a better picture',
  'library/other-person': 'none of its faces is the performer',
  'library/no-date': 'nothing that can be believed says when it was taken',
  'library/minor': `the performer is under ${MIN_TARGET_AGE}, which the consent record does not cover`,
  'library/face-too-small': `fewer than ${MIN_USED_EYE_DISTANCE_PX} pixels between the eyes`,
};

export function settle(facts: SettleFacts): Settlement {
  const { photos, performer } = facts;
  const facesOf = groupBy(facts.faces, (face) => face.photo);
  const copies = nearDuplicates(
    photos.flatMap((photo) => {
      const face = facesOf.get(photo.sha256)?.[0];
      return face ? [{ ...photo, photo: photo.sha256, face }] : [];
    }),
  );
  const claimsOf = gatherClaims(facts, copies);
  const verdicts = new Map(
    photos.map(({ sha256 }) => [sha256, judgeAge(claimsOf.get(sha256) ?? [], performer.born, facts.today)]),
  );
  const choice = chooseFaces(facts, copies, verdicts);
  const codeOf = (photo: string): SetAsideCode | null => {
    const chosen = choice.chosen.get(photo) ?? null;
    return whyNot(facesOf.get(photo) ?? [], chosen, verdicts.get(photo) as AgeVerdict, facts.minorsAllowed);
  };
  const judgements = photos.map(({ sha256 }): Judgement => {
    const verdict = verdicts.get(sha256) as AgeVerdict;
    const duplicateOf = copies.get(sha256) ?? null;
    // a copy of what is not used is no less set aside than its original
    const ownCode = codeOf(duplicateOf ?? sha256);
    const code = ownCode ?? (duplicateOf ? 'library/near-duplicate' : null);
    return {
      photo: sha256,
      state: ownCode ? 'set-aside' : duplicateOf ? 'duplicate' : 'used',
      code,
      reason: code ? REASONS[code] : '',
      faceIndex: choice.chosen.get(sha256)?.faceIndex ?? null,
      ageAtPhoto: verdict.ageAtPhoto,
      takenOn: verdict.takenOn,
      plusMinusYears: verdict.plusMinusYears,
      precision: verdict.precision,
      ageSource: verdict.source,
      said: verdict.said,
      flagged: verdict.flagged,
      contradictions: verdict.contradictions,
      duplicateOf,
      agreement: choice.agreement.get(sha256) ?? null,
    };
  });
  return { judgements, runnerUpPhotos: choice.runnerUpPhotos };
}

function whyNot(
  faces: readonly PhotoFace[],
  chosen: PhotoFace | null,
  { ageAtPhoto }: AgeVerdict,
  minorsAllowed: boolean,
): SetAsideCode | null {
  if (faces.length === 0) return 'library/no-face';
  // before the person: without an age a face is hardly told from others
  if (ageAtPhoto === null) return 'library/no-date';
  if (!chosen) return 'library/other-person';
  if (ageAtPhoto < MIN_TARGET_AGE && !minorsAllowed) return 'library/minor';
  if (chosen.eyeDistancePx < MIN_USED_EYE_DISTANCE_PX) return 'library/face-too-small';
  return null;
}

/** What is said of a photo by itself, by the files it came in, and by its copies: a copy may know the date. */
function gatherClaims(facts: SettleFacts, copies: ReadonlyMap<string, string>): Map<string, DateClaim[]> {
  const claims = new Map<string, DateClaim[]>();
  const add = (photo: string, claim: DateClaim): void => {
    const list = claims.get(photo) ?? [];
    if (!list.some((one) => one.source === claim.source && one.said === claim.said)) list.push(claim);
    claims.set(photo, list);
  };
  const tell = (photo: string, claim: DateClaim): void => {
    add(photo, claim);
    const original = copies.get(photo);
    if (original) add(original, claim);
  };
  for (const { photos, claims: said } of facts.givenFiles)
    for (const photo of photos) for (const claim of said) tell(photo, claim);
  for (const photo of facts.photos) for (const claim of photo.tagClaims) tell(photo.sha256, claim);
  return claims;
}

interface Choice {
  /** The performer's face on a photo. */
  readonly chosen: ReadonlyMap<string, PhotoFace>;
  /** Of the chosen face, or of the one that came nearest. */
  readonly agreement: ReadonlyMap<string, number>;
  readonly runnerUpPhotos: number;
}

function chooseFaces(
  { faces, givenFiles }: SettleFacts,
  copies: ReadonlyMap<string, string>,
  verdicts: ReadonlyMap<string, AgeVerdict>,
): Choice {
  const portraits = new Set(givenFiles.filter((file) => file.isPortrait).flatMap((file) => file.photos));
  const candidates = faces.filter((face) => !copies.has(face.photo));
  const known = new Set(
    candidates.flatMap((face, i) => {
      const isAlone = !candidates.some((other) => other !== face && other.photo === face.photo);
      return isAlone && portraits.has(face.photo) ? [i] : [];
    }),
  );
  const { isPerformer, agreement, runnerUpPhotos } = selectPerformer(
    candidates.map(({ photo, descriptor, pose }): CandidateFace => {
      const age = verdicts.get(photo)?.ageAtPhoto ?? null;
      return { photo, descriptor, age, yaw: pose.yaw };
    }),
    known,
  );
  const chosen = new Map<string, PhotoFace>();
  const best = new Map<string, number>();
  candidates.forEach((face, i) => {
    if (isPerformer[i]) chosen.set(face.photo, face);
  });
  candidates.forEach(({ photo }, i) => {
    const isBest = chosen.has(photo) ? isPerformer[i] : agreement[i] > (best.get(photo) ?? -Infinity);
    if (isBest) best.set(photo, Math.round(agreement[i] * 100) / 100);
  });
  return { chosen, agreement: best, runnerUpPhotos };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
