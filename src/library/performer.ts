// Performers by name: the slug that names their folder, and what a render needs to know of them.

import { CodedError, dayNumber } from '../core/index.ts';
import type { ConsentRecord } from '../trust/index.ts';
import type { Performer } from './archive.ts';
import type { IdentityReference } from './enrolled.ts';
import type { Catalogue } from './needs.ts';

/** Everything about a performer that work on a plate needs. */
export interface PerformerFile extends Performer {
  /** Oldest first, revocations included; `trust.requireConsent` judges them. */
  readonly consents: readonly ConsentRecord[];
  /** One per photo in use, by age. */
  readonly references: readonly IdentityReference[];
}

/**
 * Folder name for a performer: `Jane Q. Doe-Smith` becomes `jane-q-doe-smith`. Letters without an ASCII form become a
 * number that stands for them.
 */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll(/[øØ]/g, 'o')
    .replaceAll(/[łŁ]/g, 'l')
    .replaceAll(/[æÆ]/g, 'ae')
    .toLowerCase();
  const slug = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  // two names in another script must not share a folder
  const isWhole = !/[^ -~]/.test(plain) && !DEVICE_NAME.test(slug);
  return isWhole && slug ? slug : [slug, textNumber(name.normalize('NFC'))].filter(Boolean).join('-');
}

/** Windows keeps these for itself, as folders too. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** FNV-1a of the text, as 8 hexadecimal digits. */
function textNumber(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/**
 * The performer that a person named, by name or slug, in any case.
 *
 * @throws {CodedError} `library/unknown-performer`
 */
export function findPerformer(catalogue: Catalogue, name: string): Performer {
  const wanted = slugOf(name);
  const all = catalogue.performers();
  const found = all.find((one) => one.slug === wanted || one.slug === name);
  if (found) return found;
  const known = all.map((one) => one.name).join(', ');
  throw new CodedError('library/unknown-performer', `"${name}" is not in this production's library.`, {
    hint: known
      ? `It holds: ${known}. Check the name, or run \`dorian ingest\`.`
      : 'It is empty: run `dorian ingest` first.',
  });
}

/**
 * The performer of a name, known or new; nothing is written.
 *
 * @param born - May be left out for one who is known.
 * @throws {CodedError} `library/bad-birth-date`, `library/performer-mismatch`
 */
export function performerToBe(catalogue: Catalogue, name: string, born: string | undefined): Performer {
  const slug = slugOf(name);
  const known = catalogue.performers().find((one) => one.slug === slug);
  if (known && (born === undefined || born === known.born)) return known;
  if (born === undefined || dayNumber(born) === null) {
    const what = born === undefined ? `${name} is new here` : `"${born}" is no day`;
    throw new CodedError('library/bad-birth-date', `${what}: when was the performer born?`, {
      hint: 'Give --born as YYYY-MM-DD.',
    });
  }
  if (!known) return { slug, name: name.trim(), born };
  throw new CodedError(
    'library/performer-mismatch',
    `${known.name} is known here as born on ${known.born}, not ${born}.`,
    {
      hint: 'Give the date that is known, or choose another name for another person.',
    },
  );
}

/**
 * What a render needs of a performer.
 *
 * @throws {CodedError} `library/unknown-performer`
 */
export function performerOf(catalogue: Catalogue, name: string): PerformerFile {
  const performer = findPerformer(catalogue, name);
  const { slug } = performer;
  const faces = new Map(catalogue.faces(slug).map((face) => [`${face.photo} ${face.faceIndex}`, face]));
  const references: IdentityReference[] = [];
  for (const { photo, state, faceIndex, ageAtPhoto } of catalogue.judgements(slug)) {
    const face = faces.get(`${photo} ${faceIndex}`);
    if (state === 'used' && face && ageAtPhoto !== null)
      references.push({ age: ageAtPhoto, descriptor: face.descriptor });
  }
  return { ...performer, consents: catalogue.consents(slug), references: references.toSorted((a, b) => a.age - b.age) };
}

/** Of a performer's records the one to work under: the latest that is not revoked, else the latest. */
export function recordInForce(consents: readonly ConsentRecord[]): ConsentRecord | null {
  return consents.findLast((record) => !record.revocation) ?? consents.at(-1) ?? null;
}
