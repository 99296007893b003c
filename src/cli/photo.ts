// `dorian photo IN`: re-ages one still.

import path from 'node:path';
import type { Command } from 'commander';
import type { FileDate } from '../finals/index.ts';
import { renderStill, sideBySide } from '../finals/index.ts';
import { claimsFromTags } from '../library/index.ts';
import { PlateCropper, copyPlate } from '../core/index.ts';
import type { Plate, TrackedFace } from '../core/index.ts';
import { IdentityReader, StillFinder } from '../face/index.ts';
import { sha256OfFile } from '../adapters/node/files.ts';
import { readImage, readReAgedNote, writeImage } from '../adapters/node/images.ts';
import { readPictureDates } from '../adapters/node/picture-dates.ts';
import { hashPlate } from '../adapters/node/plate-hash.ts';
import type { Production } from '../adapters/node/production.ts';
import { callerPath, printJson } from './command.ts';
import { productionOfWork } from './production.ts';
import { castFor } from './reage/cast.ts';
import { ConsentGate } from './reage/consent.ts';
import { PRIOR, chooseLikenesses } from './reage/likeness.ts';
import { reAgedNote } from './reage/note.ts';
import type { ReageOptions } from './reage/options.ts';
import { addReageOptions, checkReageOptions } from './reage/options.ts';
import { mayWriteStill } from './reage/output.ts';
import type { StillTools } from './reage/toolbox.ts';
import { openStillTools } from './reage/toolbox.ts';

interface PhotoOptions extends ReageOptions {
  readonly compare?: boolean;
}

async function run(given: string, options: PhotoOptions): Promise<void> {
  checkReageOptions(options);
  const production = productionOfWork(options.production, options.performer.length, options.consent.length);
  try {
    const names = options.performer.map(({ name }) => name);
    const choice = await chooseLikenesses(options.likeness, production, names);
    for (const note of choice.notes) process.stderr.write(`${note}\n`);
    const toolbox = await openStillTools(choice);
    try {
      await reagePhoto(callerPath(given), callerPath(options.output), options, production, toolbox);
    } finally {
      await toolbox.close();
    }
  } finally {
    production?.close();
  }
}

async function reagePhoto(
  input: string,
  output: string,
  options: PhotoOptions,
  production: Production | null,
  toolbox: StillTools,
): Promise<void> {
  const name = path.basename(input);
  const { plate, alpha } = await readImage(input);
  const date = options.performer.length > 0 ? await trustedDay(input) : null;
  const clock = { timecode: null, frameRate: { num: 24, den: 1 } };
  const wanted = castFor(options, null, production, { ...clock, name, date });
  await mayWriteStill(input, output, Boolean(options.overwrite));
  const inputSha256 = await sha256OfFile(input);
  const gate = new ConsentGate(production, options.consent);
  const subject = { inputName: name, inputSha256, declarationFile: `${output}.consent.json` };
  const admitted = [];
  for (const member of wanted.members) admitted.push(await gate.admit(member, subject, toolbox));
  const notes = [...wanted.notes];
  const before = await readReAgedNote(input);
  if (before) notes.push(`The picture says that it was re-aged before: ${before}`);
  const comp = copyPlate(plate);
  const faces = await new StillFinder(toolbox.networks, toolbox.tables).find(comp, isGroup(options));
  const cast = admitted.map(({ member }) => member);
  const rows = await renderStill(
    {
      plate: comp,
      pictureName: name,
      faces,
      descriptors: await describe(comp, faces, toolbox),
      cast,
      rule: wanted.rule,
    },
    toolbox.reageing,
  );
  const reAged = reAgedNote(toolbox.program.version, cast);
  await writeImage(comp, output, { alpha, reAged });
  const compared = options.compare ? compareName(output) : null;
  if (compared) await writeImage(sideBySide(plate, comp), compared, { reAged });
  const result = {
    input,
    output,
    compare: compared,
    inputSha256,
    samplesSha256: hashPlate(comp),
    program: toolbox.program.text,
    reAged,
    likenesses: cast.map(({ performer, likeness }) => ({ performer, ...likeness })),
    consents: admitted.map(({ note }) => note),
    notes,
    faces: rows,
  };
  if (options.json) printJson({ schema: 'dorian/photo-result', version: 1, ...result });
  else process.stdout.write(sayResult(result));
}

/** Several faces are looked for where more than the most prominent one may be meant. */
function isGroup({ performer, allFaces }: PhotoOptions): boolean {
  return performer.length > 0 || Boolean(allFaces);
}

async function describe(
  plate: Plate,
  faces: readonly TrackedFace[],
  { networks }: StillTools,
): Promise<Map<number, Float32Array>> {
  const descriptors = new Map<number, Float32Array>();
  if (!networks.identity) return descriptors;
  const reader = new IdentityReader(networks.identity, new PlateCropper());
  for (const { trackId, landmarks } of faces) descriptors.set(trackId, await reader.readThoroughly(plate, landmarks));
  return descriptors;
}

/** The day that the picture's own tags give, where nothing speaks against them. */
async function trustedDay(file: string): Promise<FileDate | null> {
  const claim = claimsFromTags(await readPictureDates(file)).find((one) => one.doubt === null && one.days !== null);
  return claim?.days ? { day: claim.days.from, from: 'exif' } : null;
}

function compareName(output: string): string {
  const { dir, name, ext } = path.parse(output);
  return path.join(dir, `${name}.compare${ext}`);
}

interface PhotoResult {
  readonly output: string;
  readonly compare: string | null;
  readonly notes: readonly string[];
  readonly likenesses: readonly { readonly performer: string; readonly name: string }[];
  readonly faces: readonly { readonly performer: string | null; readonly targetAge: number | null }[];
}

function sayResult({ output, compare, notes, faces, likenesses }: PhotoResult): string {
  const done = faces.filter(({ performer }) => performer !== null);
  const left = faces.length - done.length;
  return [
    `Re-aged: ${done.map(({ performer, targetAge }) => `${performer} to ${targetAge}`).join(', ')}`,
    ...(left > 0 ? [`${left} more ${left === 1 ? 'face' : 'faces'} left as ${left === 1 ? 'it is' : 'they are'}`] : []),
    ...likenesses.map(
      ({ performer, name }) => `  ${performer} with ${name === PRIOR ? 'the prior' : `likeness ${name}`}`,
    ),
    `  ${output}`,
    ...(compare ? [`  ${compare}`] : []),
    ...notes.map((note) => `  Note: ${note}`),
    '',
  ].join('\n');
}

/** @see CommandModule */
export function define(command: Command): void {
  addReageOptions(command.argument('<picture>', 'JPEG, PNG, TIFF, WebP, AVIF or HEIC'))
    .option('--compare', 'also write plate | re-aged side by side')
    .action(run);
}
