// What the tags inside a picture or video file say about when it was taken, and when they must not be believed: the
// EXIF date of a scan is the day of scanning, the creation time of a video the day of a copy.

import type { IsoDay } from '../core/index.ts';
import type { DateClaim } from './date-claim.ts';
import { realDay } from './date-claim.ts';
import type { PictureTags } from './needs.ts';

/** Programs and machines that make pictures of pictures. */
const SCANNER =
  /scan|vuescan|silverfast|twain|perfection|expression \d|v[1-9]\d0 photo|coolscan|super ?coolscan|opticfilm|plustek|imacon|flextight|hasselblad x\d|noritsu|frontier|pakon|primefilm|reflecta|wia-|imagecapture|image capture|photomyne|fotoscan|epson (?:v|gt|es|ds|et|wf|xp)|officejet|deskjet|laserjet|imageclass|pixma|multifunction|mfp|brother (?:mfc|dcp)/i;

/** Programs through which scans pass; on a picture that names a camera they say nothing. */
const EDITOR = /photoshop|lightroom|gimp|affinity|capture one|paint|acdsee|picasa|irfanview|xnview|imagemagick/i;

/** Days on which cameras without a set clock believe they are. */
const UNSET_CLOCK = new Set(['1904-01-01', '1970-01-01', '1980-01-01', '2000-01-01']);

function exifDay(text: string | null): IsoDay | null {
  const match = /^(\d{4})[:\-/.](\d{2})[:\-/.](\d{2})/.exec(text ?? '') ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text ?? '');
  return match && realDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

function doubtOf(tags: PictureTags, day: IsoDay, text: string): string | null {
  const camera = [tags.make, tags.model].filter(Boolean).join(' ');
  const software = tags.software ?? '';
  if (SCANNER.test(camera)) return `made by a scanner (${camera})`;
  if (SCANNER.test(software)) return `made by scanning software (${software})`;
  if (!camera && EDITOR.test(software)) return `no camera is named, only ${software}: it may be a scan`;
  if (UNSET_CLOCK.has(day) && /00:00(:\d\d)?$/.test(text)) return 'the clock of the camera was not set';
  return null;
}

/** The claims of the tags: at most one of EXIF and one of the archive's own date (IPTC), which a scanner does not write. */
export function claimsFromTags(tags: PictureTags): DateClaim[] {
  const claims: DateClaim[] = [];
  const archive = exifDay(tags.iptcDateCreated);
  if (archive && tags.iptcDateCreated) {
    const doubt =
      exifDay(tags.createDate) === archive && SCANNER.test(tags.software ?? '') ? 'the day of the scan' : null;
    claims.push(dayClaim('archive', `IPTC date created ${tags.iptcDateCreated}`, archive, doubt));
  }
  const original = exifDay(tags.dateTimeOriginal);
  const digitised = exifDay(tags.createDate);
  if (original && tags.dateTimeOriginal) {
    const doubt = doubtOf(tags, original, tags.dateTimeOriginal);
    claims.push(dayClaim('exif', `EXIF date ${tags.dateTimeOriginal}`, original, doubt));
  } else if (digitised && tags.createDate) {
    const doubt =
      doubtOf(tags, digitised, tags.createDate) ?? 'the file says when it was digitised, not when it was taken';
    claims.push(dayClaim('exif', `EXIF digitised ${tags.createDate}`, digitised, doubt));
  }
  return claims;
}

/** A container's creation time is written by whatever made the copy: never the day of the shooting by itself. */
export function claimFromCreationTime(creationTime: string | null): DateClaim[] {
  const day = exifDay(creationTime);
  if (!day || !creationTime) return [];
  const doubt = 'the creation time of a video is the day of a copy';
  return [dayClaim('video-metadata', `creation_time ${creationTime}`, day, doubt)];
}

function dayClaim(source: DateClaim['source'], said: string, day: IsoDay, doubt: string | null): DateClaim {
  return { source, said, precision: 'day', days: { from: day, to: day }, age: null, doubt };
}
