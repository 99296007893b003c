// What the shipped network changes on photographs of real people when the target age is the age that they have: nothing, if it
// is right. `node bench/still-on-real.ts FOLDER`; the folder's pictures stay where they are, and none is shown. Writes
// bench/results/still-<machine>.json.

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { loadFaceNetworks } from '../src/adapters/node/face-networks.ts';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { readImage } from '../src/adapters/node/images.ts';
import { openNetwork } from '../src/adapters/node/onnx.ts';
import { commitName, machineFacts } from '../src/cli/bench/machine.ts';
import { callerPath } from '../src/cli/command.ts';
import { modelsFolder, priorFile, projectFolder } from '../src/cli/project.ts';
import { copyPlate } from '../src/core/index.ts';
import { StillFinder } from '../src/face/index.ts';
import { FramePath, likenessPredictor, lookAt, plainLook } from '../src/reage/index.ts';

/** Nobody says how old they are: nothing may change whatever is said. */
const AGES = [30, 45, 60, 75];
const PICTURE = /\.(jpe?g|png|webp|tiff?)$/i;

const folder = callerPath(process.argv[2] ?? '.');
const names = (await readdir(folder, { recursive: true })).filter((name) => PICTURE.test(name)).toSorted();
const faces = await loadFaceNetworks(modelsFolder);
const network = await openNetwork(priorFile, { threads: 2 });
const finder = new StillFinder(faces.networks, faces.tables);
const framePath = new FramePath({ person: faces.networks.person ?? null });
const predictor = likenessPredictor(network);
const changes: number[] = [];
let pictures = 0;
for (const name of names) {
  const { plate } = await readImage(path.join(folder, name));
  const found = await finder.find(plate);
  if (found.length > 0) pictures++;
  for (const age of found.length > 0 ? AGES : []) {
    const orders = found.map((face) => ({ face, sourceAge: age, look: lookAt(plainLook(age), 0), predictor }));
    const reports = await framePath.reage(copyPlate(plate), orders, { faces: found });
    changes.push(...reports.filter(({ strength }) => strength > 0).map(({ meanChange }) => meanChange));
  }
}
await Promise.all([network.close(), faces.close()]);
changes.sort((a, b) => a - b);
const at = (share: number): number => Number(changes[Math.floor(share * (changes.length - 1))].toPrecision(3));
const machine = machineFacts();
const report = {
  schema: 'dorian/bench-still',
  version: 1,
  machine,
  commit: await commitName(),
  pictures,
  faces: changes.length / AGES.length,
  // mean |change| of display-referred RGB inside the matte, 0..1
  meanChange: { median: at(0.5), p95: at(0.95), most: at(1) },
};
const file = path.join(projectFolder, 'bench/results', `still-${machine.machine}.json`);
await writeFileAtomic(file, `${JSON.stringify(report, null, 2)}\n`);
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
