// `dorian demo`: the synthetic performer, from dated photos to a clip at 25 and at 75, with the prior and with the likeness
// that ships, beside the truth. Each step is a command that can be repeated by hand; what an earlier run finished is not
// made again.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { openPerformerFolder } from '../adapters/node/performer-folder.ts';
import { loadVideoFiles } from '../adapters/node/video-files.ts';
import { callerPath, printJson } from './command.ts';
import type { DemoFolder } from './demo/folder.ts';
import { PRODUCTION_TITLE, openDemoFolder } from './demo/folder.ts';
import { demoFidelity } from './demo/fidelity.ts';
import { demoLikeness } from './demo/likeness.ts';
import type { DemoVersion } from './demo/pictures.ts';
import { makePictures } from './demo/pictures.ts';
import { runOwnCommand } from './own-command.ts';
import { formatSeconds } from './progress.ts';
import { demoPerformerFolder, projectFolder } from './project.ts';
import type { ChosenLikeness } from './reage/likeness.ts';
import { PRIOR } from './reage/likeness.ts';

const PERFORMER = 'Actor A';
const BORN = '1964-01-01';
/** The clip shows the performer at 60. */
const SHOT_ON = '2024-01-01';
const TARGET_AGES = [25, 75] as const;

interface DemoOptions {
  readonly output?: string;
  readonly fresh?: boolean;
  readonly json?: boolean;
}

async function demo(options: DemoOptions): Promise<void> {
  const started = performance.now();
  const isQuiet = Boolean(options.json);
  const say = (text: string): void => {
    if (!isQuiet) process.stdout.write(`${text}\n`);
  };
  const wanted = options.output ? callerPath(options.output) : path.join(projectFolder, 'demo');
  const files = await openDemoFolder(wanted, Boolean(options.fresh));
  const production = ['--production', files.folder];
  say(
    `A production of its own, "${PRODUCTION_TITLE}", in ${files.folder}. The performer is synthetic: no real person.`,
  );

  say(`\n1 of 5  The career: 80 dated photos, under the performer's consent record`);
  const consent = path.join(demoPerformerFolder, 'consent.json');
  const who = ['--performer', PERFORMER, '--born', BORN, '--consent', consent];
  await runOwnCommand(['ingest', path.join(demoPerformerFolder, 'career'), ...who, ...production], isQuiet);
  const likeness = await demoLikeness(demoPerformerFolder, files.folder, PERFORMER);
  say(aboutLikeness(likeness));

  say(`\n2 of 5  The library as a timeline`);
  await runOwnCommand(['library', PERFORMER, ...production, '-o', files.career], isQuiet);

  say(`\n3 of 5  The clip, shot at 60, re-aged to ${TARGET_AGES.join(' and to ')}`);
  const clip = path.join(demoPerformerFolder, 'clips/c0/age60.mkv');
  const versions = versionsOf(likeness);
  for (const { version } of versions) {
    for (const age of TARGET_AGES) {
      const how = ['--performer', `${PERFORMER}=${age}`, '--shot-on', SHOT_ON, '--likeness', version, '--compare'];
      await runOwnCommand(['render', clip, ...how, '-o', files.clip(age, version), ...production], isQuiet);
    }
  }

  say(`\n4 of 5  Pictures to look at`);
  const videos = await loadVideoFiles();
  const [truth] = (await openPerformerFolder(demoPerformerFolder, videos)).clips;
  await makePictures(files, { truth, folder: path.dirname(clip), ages: TARGET_AGES, versions }, videos);
  say(`  ${files.contactSheet}\n  ${files.comparison}`);

  say(`\n5 of 5  How near to the truth`);
  const fidelity = await demoFidelity(files, likeness, isQuiet);
  say(fidelity.text);

  const seconds = (performance.now() - started) / 1000;
  if (options.json)
    printJson({ schema: 'dorian/demo', version: 1, ...locations(files, versions), seconds, ...fidelity.report });
  else process.stdout.write(closing(files, versions, seconds));
}

/** What the clip is re-aged with, the best last. */
function versionsOf(likeness: ChosenLikeness | null): DemoVersion[] {
  return [{ version: PRIOR, label: 'PRIOR' }, ...(likeness ? [{ version: likeness.name, label: 'LIKENESS' }] : [])];
}

function aboutLikeness(likeness: ChosenLikeness | null): string {
  return likeness
    ? `The likeness ${likeness.name}, taught from ${likeness.photos} of these photos, comes with Dorian.\n`
    : 'No likeness of this performer comes with Dorian: the prior alone is shown.\n';
}

function locations(files: DemoFolder, versions: readonly DemoVersion[]): object {
  const clips = (version: string): object =>
    Object.fromEntries(TARGET_AGES.map((age) => [age, files.clip(age, version)]));
  return {
    folder: files.folder,
    clips: clips(versions[versions.length - 1].version),
    clipsByLikeness: Object.fromEntries(versions.map(({ version }) => [version, clips(version)])),
    career: careerFiles(files),
    contactSheet: files.contactSheet,
    comparison: files.comparison,
    fidelity: files.fidelity,
  };
}

function careerFiles({ career }: DemoFolder): string[] {
  return readdirSync(career)
    .filter((name) => /\.(?:html|png)$/.test(name))
    .map((name) => path.join(career, name));
}

function closing(files: DemoFolder, versions: readonly DemoVersion[], seconds: number): string {
  const clips = versions.flatMap(({ version }) =>
    TARGET_AGES.map((age) => [`at ${age}, ${version}`, files.clip(age, version)]),
  );
  const rows = [
    ['side by side', files.comparison],
    ['contact sheet', files.contactSheet],
    ...careerFiles(files).map((file) => ['the career', file]),
    ...clips,
    ...clips.map(([, file]) => ['its report', `${file}.report.html`]),
  ];
  const lines = rows.map(([what, file]) => `  ${what.padEnd(18)}${file}`);
  return `\nDone in ${formatSeconds(seconds)}. Where everything is:\n${lines.join('\n')}\n\nYour own photos and clip: see README.md, "Your own photos".\n`;
}

/** @see CommandModule */
export function define(command: Command): void {
  command
    .option('-o, --output <folder>', 'where to make it; by default demo/ in the project')
    .option('--fresh', 'delete what an earlier demo made there and begin anew')
    .option('--json', 'one JSON object on standard output')
    .action(demo);
}
