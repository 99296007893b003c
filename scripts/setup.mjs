// Installs what the lock file names and converts the networks. Plain JavaScript that Node 20 runs: this is what runs
// before anything is installed. Again and again without harm; a second run that has nothing to do takes a blink.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = path.join(root, 'node_modules', '.dorian-installed');
const NEEDED_MAJOR = 24;

function fail(message, hint) {
  process.stderr.write(`\n${message}\n${hint}\n`);
  process.exit(1);
}

/** The Node 24 that npm installed, or the host's own where it is new enough. */
export function node24() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const folder of [`node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`]) {
    const file = path.join(root, 'node_modules', folder, 'bin', name);
    if (existsSync(file)) return file;
  }
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return process.execPath;
  return fail(
    `Dorian runs on Node ${NEEDED_MAJOR}; this machine has ${process.versions.node}, and npm has none for ${process.platform}-${process.arch}.`,
    `Install Node ${NEEDED_MAJOR} from nodejs.org or your package manager, then run the same command again.`,
  );
}

/** Runs a program in the project's folder with its output shown; returns its exit code. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) fail(`${program} could not be started: ${result.error.message}`, 'Is npm on the PATH?');
  return result.status ?? 1;
}

function install() {
  const lock = readFileSync(path.join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  process.stderr.write('Installing (about a minute, 1 GB) …\n');
  // the npm that started this script, so that no second one has to be found
  const npm = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const status = npm
    ? run(process.execPath, [npm, ...args])
    : run('npm', args, { shell: process.platform === 'win32' });
  if (status !== 0)
    fail('npm ci did not finish.', 'Look at the lines above; with a network, run the same command again.');
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
}

export function setup() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Node ${process.versions.node} is too old.`, 'Install Node 20 or newer.');
  install();
  const status = run(node24(), [path.join('scripts', 'models.ts')]);
  if (status !== 0)
    fail('The networks could not be converted.', 'Look at the lines above; `npm run setup` tries again.');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) setup();
