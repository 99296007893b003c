// `node scripts/track-people.ts`: runs the tracker over the pictures of the synthetic people and keeps the points by which
// photos are carried, so that training sees them as a render will: with the tracker's own errors.

import path from 'node:path';
import { loadFaceNetworks } from '../src/adapters/node/face-networks.ts';
import { writeFileAtomic } from '../src/adapters/node/files.ts';
import { readImage } from '../src/adapters/node/images.ts';
import { readPeopleFile } from '../src/adapters/node/people-folder.ts';
import { modelsFolder, peopleFolder } from '../src/cli/project.ts';
import type { MeshLandmarks } from '../src/core/index.ts';
import { CROP_POINT_SETS, MESH_FOR_68, meanPoint } from '../src/core/index.ts';
import { CARRY_POINTS, StillFinder, carryPoints } from '../src/face/index.ts';
import { OWN_LETTERS, SCENE_LETTERS, pixelsOf, trackedPeopleFile } from '../src/likeness/index.ts';

/** Mean error of the two eyes and the mouth, in eye distances, beyond which the mesh lies wrong. */
const WRONG = 0.12;

function meanError(landmarks: MeshLandmarks, exact: Float32Array): number {
  const meanExact = (set: readonly number[]): [number, number] => {
    const points = set.map((mesh) => MESH_FOR_68.indexOf(mesh));
    const sum = (axis: 0 | 1): number => points.reduce((total, i) => total + exact[2 * i + axis], 0);
    return [sum(0) / points.length, sum(1) / points.length];
  };
  const exactPoints = CROP_POINT_SETS.map(meanExact);
  const unit = Math.hypot(exactPoints[1][0] - exactPoints[0][0], exactPoints[1][1] - exactPoints[0][1]);
  const errors = CROP_POINT_SETS.map((set, k) => {
    const [x, y] = meanPoint(landmarks, set);
    return Math.hypot(x - exactPoints[k][0], y - exactPoints[k][1]);
  });
  // seen from the side the eyes fall together; then the height of the face is the measure
  const height = Math.hypot(exactPoints[2][0] - exactPoints[0][0], exactPoints[2][1] - exactPoints[0][1]);
  return errors.reduce((total, v) => total + v, 0) / 3 / Math.max(unit, height);
}

const { people } = await readPeopleFile(peopleFolder);
const { networks, tables, close } = await loadFaceNetworks(modelsFolder, {
  without: ['identity', 'apparentAge', 'person'],
});
const finder = new StillFinder(networks, tables);
const pictures: Record<string, number[]> = {};
const missing: string[] = [];
for (const { id, scene, own } of people) {
  for (const [k, letters] of [...SCENE_LETTERS, ...OWN_LETTERS].entries()) {
    const name = id + letters;
    const exact = pixelsOf([...scene, ...own][k]);
    const faces = await finder.find((await readImage(path.join(peopleFolder, `${name}.jpg`))).plate);
    const right = faces.find((face) => meanError(face.landmarks, exact) < WRONG);
    if (right) pictures[name] = [...carryPoints(right.landmarks)].map((v) => Math.round(v * 100));
    else missing.push(name);
  }
}
await close();
const { name, version } = trackedPeopleFile;
const lines = Object.entries(pictures).map(
  ([picture, points]) => `${JSON.stringify(picture)}: ${JSON.stringify(points)}`,
);
const head = `{\n"schema": "${name}",\n"version": ${version},\n"points": ${JSON.stringify(CARRY_POINTS)},\n`;
await writeFileAtomic(path.join(peopleFolder, 'tracked.json'), `${head}"pictures": {\n${lines.join(',\n')}\n}\n}\n`);
process.stdout.write(`${lines.length} pictures tracked; not seen: ${missing.join(' ') || 'none'}\n`);
