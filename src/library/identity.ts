// Who of all the faces in a pile of dated photos is the performer, and who of several performers a face is. The descriptor
// is not age-invariant, so faces are compared with faces of about the same age, and people found as chains along the years.

import { identityDistance } from '../face/index.ts';

/** A face that may or may not be the performer's. */
export interface CandidateFace {
  /** Faces on one photo are different people. */
  readonly photo: string;
  readonly descriptor: Float32Array;
  /** Years, if the face is the performer's; null where the photo has no date. */
  readonly age: number | null;
  /** Degrees, to either side. */
  readonly yaw: number;
}

export interface SelectedFaces {
  /** For each candidate: is it the performer? */
  readonly isPerformer: readonly boolean[];
  /** For each candidate: how well it agrees with the performer's other faces, log of odds; positive speaks for. */
  readonly agreement: readonly number[];
  /** Photos of the next most frequent person. */
  readonly runnerUpPhotos: number;
}

/**
 * Descriptor distances (of `IdentityReader.readThoroughly`) of one person and of different people as two normal curves.
 * One person's faces drift apart with the years between them and with how much further one is turned; faces that are both
 * turned away resemble each other, whoever they are. From a synthetic career of 80 photos and 1,099 pictures of 144 other
 * people, who resemble each other more than real people do; rounded, not fitted to the last digit.
 */
const SAME = { mean: 0.35, perYear: 0.13 / 45, perDegree: 0.0018, spread: 0.072 };
const OTHER = { mean: 0.65, perDegree: -0.001, spread: 0.078 };
const MAX_GAP_YEARS = 45;
/** Turns below these change nothing: of one face against another, and of two. */
const FREE_TURN = 15;
const FREE_TURN_OF_BOTH = 25;
/** No single pair may outvote many. */
const MAX_LOG_ODDS = 8;

/** Pairs this far apart in age count 0.6 of what a pair of one age counts. */
const AGE_REACH_YEARS = 25;
/** What pairs of any ages count at least, so that two ends of a career are not quite strangers. */
const LEAST_WEIGHT = 0.02;
/** A face turned so far counts 0.6 of one that looks into the camera, and one in profile 0.2. */
const HALF_SEEN_YAW = 40;
const PROFILE_WEIGHT = 0.2;
/** Two groups are one person when their pairs speak for it by this much on average. */
const MERGE_LOG_ODDS = 2.2;
/** An undated face is compared as if it were so far away. */
const UNKNOWN_GAP_YEARS = 15;

/** Grouping is cubic at worst: of more faces a sample spread over the ages is grouped and the others join it. */
const MAX_GROUPED = 1200;

/** How much a pair of faces says about whether they are one person, and what. */
interface Comparison {
  /** Log of odds, positive for one person. */
  readonly odds: number;
  readonly weight: number;
}

function compare(a: CandidateFace, b: CandidateFace): Comparison {
  const gap = a.age === null || b.age === null ? UNKNOWN_GAP_YEARS : Math.abs(a.age - b.age);
  const [less, more] = [Math.abs(a.yaw), Math.abs(b.yaw)].toSorted((x, y) => x - y);
  const distance = identityDistance(a.descriptor, b.descriptor);
  const sameMean =
    SAME.mean +
    SAME.perYear * Math.min(gap, MAX_GAP_YEARS) +
    SAME.perDegree * Math.max(0, more - Math.max(less, FREE_TURN));
  const otherMean = OTHER.mean + OTHER.perDegree * Math.max(0, less - FREE_TURN_OF_BOTH);
  // nearer than usual is no less the same person, further than usual no less another
  const same = -0.5 * ((Math.max(distance, 0.2) - sameMean) / SAME.spread) ** 2 - Math.log(SAME.spread);
  const other = -0.5 * ((Math.min(distance, otherMean) - otherMean) / OTHER.spread) ** 2 - Math.log(OTHER.spread);
  return {
    odds: Math.max(-MAX_LOG_ODDS, Math.min(MAX_LOG_ODDS, same - other)),
    weight: (Math.exp(-0.5 * (gap / AGE_REACH_YEARS) ** 2) + LEAST_WEIGHT) * seenWeight(less) * seenWeight(more),
  };
}

function seenWeight(yaw: number): number {
  return PROFILE_WEIGHT + (1 - PROFILE_WEIGHT) / (1 + (yaw / HALF_SEEN_YAW) ** 4);
}

/**
 * Finds the person who is on most of the photos. Faces are joined into people from the surest pair on (average linkage,
 * pairs weighted by nearness in age and by how well both are seen, faces of one photo never joined), so that look-alikes are held by their own pictures.
 *
 * @param known - Faces that are the performer's for sure, if any: the person who holds most of them is chosen.
 */
export function selectPerformer(
  faces: readonly CandidateFace[],
  known: ReadonlySet<number> = new Set(),
): SelectedFaces {
  const grouped = sampleOverAges(faces, known);
  const people = groupPeople(grouped.map((i) => faces[i]));
  const scoreOf = (members: readonly number[]): number =>
    members.filter((m) => known.has(grouped[m])).length * faces.length + members.length;
  const [chosen = [], runnerUp = []] = people.toSorted((a, b) => scoreOf(b) - scoreOf(a));
  const core = chosen.map((m) => grouped[m]);
  const isPerformer = faces.map(() => false);
  for (const i of core) isPerformer[i] = true;
  const agreement = faces.map((face, i) => agreementWith(face, i, core, faces));
  joinRest(
    faces,
    people.map((members) => members.map((m) => grouped[m])),
    core,
    isPerformer,
    agreement,
  );
  return { isPerformer, agreement, runnerUpPhotos: runnerUp.length };
}

/** Faces outside the sample join the performer when no other group fits better. */
function joinRest(
  faces: readonly CandidateFace[],
  people: readonly (readonly number[])[],
  core: readonly number[],
  isPerformer: boolean[],
  agreement: readonly number[],
): void {
  const inSample = new Set(people.flat());
  const photosTaken = new Set(core.map((i) => faces[i].photo));
  const rivals = people.filter((members) => members.length > 1 && !members.includes(core[0]));
  faces.forEach((face, i) => {
    if (inSample.has(i) || agreement[i] < MERGE_LOG_ODDS || photosTaken.has(face.photo)) return;
    if (rivals.some((members) => agreementWith(face, i, members, faces) > agreement[i])) return;
    isPerformer[i] = true;
    photosTaken.add(face.photo);
  });
}

function agreementWith(
  face: CandidateFace,
  index: number,
  members: readonly number[],
  faces: readonly CandidateFace[],
): number {
  let sum = 0;
  let total = 0;
  for (const m of members) {
    if (m === index) continue;
    const { odds, weight } = compare(face, faces[m]);
    sum += weight * odds;
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

function sampleOverAges(faces: readonly CandidateFace[], known: ReadonlySet<number>): number[] {
  const all = faces.map((_, i) => i);
  if (faces.length <= MAX_GROUPED) return all;
  const byAge = all
    .filter((i) => !known.has(i))
    .toSorted((a, b) => (faces[a].age ?? Infinity) - (faces[b].age ?? Infinity) || a - b);
  const wanted = Math.max(0, MAX_GROUPED - known.size);
  const spread = Array.from({ length: wanted }, (_, k) => byAge[Math.floor(((k + 0.5) * byAge.length) / wanted)]);
  return [...known, ...spread].toSorted((a, b) => a - b);
}

/** Sums over the pairs between two groups: of weighted log odds, and of weights. */
interface Links {
  readonly odds: Float64Array;
  readonly weight: Float64Array;
  readonly count: number;
}

function linkAll(faces: readonly CandidateFace[]): Links {
  const n = faces.length;
  const odds = new Float64Array(n * n);
  const weight = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const pair = compare(faces[i], faces[j]);
      const isOnePhoto = faces[i].photo === faces[j].photo;
      odds[i * n + j] = odds[j * n + i] = isOnePhoto ? -Infinity : pair.weight * pair.odds;
      weight[i * n + j] = weight[j * n + i] = pair.weight;
    }
  }
  return { odds, weight, count: n };
}

/** Indices of each person's faces. */
function groupPeople(faces: readonly CandidateFace[]): number[][] {
  const links = linkAll(faces);
  const { odds, weight, count } = links;
  const members: (number[] | null)[] = faces.map((_, i) => [i]);
  const partner = faces.map((_, i) => bestPartner(links, members, i));
  for (;;) {
    let best = -1;
    for (let i = 0; i < count; i++)
      if (members[i] && partner[i].odds > (best < 0 ? MERGE_LOG_ODDS : partner[best].odds)) best = i;
    if (best < 0) return members.filter((group) => group !== null);
    const into = best;
    const from = partner[best].index;
    members[into]?.push(...(members[from] ?? []));
    members[from] = null;
    for (let k = 0; k < count; k++) {
      odds[into * count + k] += odds[from * count + k];
      weight[into * count + k] += weight[from * count + k];
      odds[k * count + into] = odds[into * count + k];
      weight[k * count + into] = weight[into * count + k];
    }
    for (let k = 0; k < count; k++) {
      if (!members[k] || k === into) continue;
      const toMerged = odds[k * count + into] / weight[k * count + into];
      if (partner[k].index === into || partner[k].index === from) partner[k] = bestPartner(links, members, k);
      else if (toMerged > partner[k].odds) partner[k] = { index: into, odds: toMerged };
    }
    partner[into] = bestPartner(links, members, into);
  }
}

function bestPartner(
  { odds, weight, count }: Links,
  members: readonly (readonly number[] | null)[],
  of: number,
): { index: number; odds: number } {
  let best = { index: -1, odds: -Infinity };
  for (let k = 0; k < count; k++) {
    if (k === of || !members[k]) continue;
    const mean = odds[of * count + k] / weight[of * count + k];
    if (mean > best.odds) best = { index: k, odds: mean };
  }
  return best;
}

/** A performer's face at a known age, to know others by. */
export interface IdentityReference {
  readonly age: number;
  readonly descriptor: Float32Array;
}

export interface EnrolledPerformer {
  readonly performer: string;
  readonly references: readonly IdentityReference[];
}

/** So many of the nearest references are asked, of a small library a quarter; one alone may be a chance likeness. */
const ASKED_REFERENCES = 5;
/**
 * Mean distance to them: at or below it is the performer. From one reading of a frame, half of a synthetic career known:
 * 98 % of the other half are nearer, and 1 % of pictures of other people.
 */
const ENROLLED_DISTANCE = 0.48;
/** The next performer must be further away by this much, or nobody is named. */
const CLEAR_LEAD = 0.04;

/**
 * Which of the enrolled performers a face is.
 *
 * @param age - About how old the performers are in the picture, if that is known: references of other ages count less.
 * @returns null when it is none of them, or when two are too near to tell apart. `distance` is the mean over the nearest
 *   references.
 */
export function identifyPerformer(
  descriptor: Float32Array,
  enrolled: readonly EnrolledPerformer[],
  ageOf?: (performer: string) => number | null,
): { readonly performer: string; readonly distance: number } | null {
  const ranked = enrolled
    .map(({ performer, references }) => ({
      performer,
      distance: nearestMean(descriptor, references, ageOf?.(performer) ?? null),
    }))
    .toSorted((a, b) => a.distance - b.distance);
  const [first, second] = ranked;
  if (!first || first.distance > ENROLLED_DISTANCE) return null;
  if (second && second.distance - first.distance < CLEAR_LEAD) return null;
  return first;
}

function nearestMean(descriptor: Float32Array, references: readonly IdentityReference[], age: number | null): number {
  const asked = Math.max(1, Math.min(ASKED_REFERENCES, Math.round(references.length / 4)));
  const distances = references
    .map((reference) => {
      const gap = age === null ? 0 : Math.min(Math.abs(reference.age - age), MAX_GAP_YEARS);
      return identityDistance(descriptor, reference.descriptor) + SAME.perYear * gap;
    })
    .toSorted((a, b) => a - b)
    .slice(0, asked);
  return distances.length === 0 ? Infinity : distances.reduce((sum, d) => sum + d, 0) / distances.length;
}
