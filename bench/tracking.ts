// How accurate, how steady and how costly tracking is, on a synthetic performer's photos with exact landmarks. Writes
// bench/results/tracking-<machine>.json. `node bench/tracking.ts [FOLDER]`, default assets/performer; one model folder.

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadFaceNetworks } from '../src/adapters/node/face-networks.ts';
import { commitName, machineFacts } from '../src/cli/bench/machine.ts';
import { cpuMs, percentile } from '../src/cli/bench/timing.ts';
import { demoPerformerFolder, modelsFolder, projectFolder } from '../src/cli/project.ts';
import type { Affine, MeshLandmarks, Plate, Point, TrackedFace } from '../src/core/index.ts';
import { applyAffine, eyeDistance, invertAffine, MESH_FOR_68 } from '../src/core/index.ts';
import type { FaceNetworks, FaceTables, HeadFit, MeshPasses, RawFrame } from '../src/face/index.ts';
import { alignPoints, cropPoints, FaceTracker, fitHead, smoothTracks, StillFinder } from '../src/face/index.ts';
import type { Canvas } from '../test/composed-plate.ts';
import { cameraPlate, ground, paste, readCanvas, rgbPlate } from '../test/composed-plate.ts';

/** Points of the 68 with an exact truth; the jaw line, 0 to 16, is approximate. */
const FIRST = 17;
const LAST = 67;
const NEAR_FRONTAL_DEGREES = 30;

interface Photo {
  readonly id: string;
  readonly face: TrackedFace;
  readonly fit: HeadFit;
  readonly truth: readonly Point[];
  /** Truth's distance of the eye centres, pixels: the unit. */
  readonly unit: number;
  /** Degrees by the manifest: the head's own turn less the camera's. */
  readonly trueYaw: number;
}

interface ManifestPhoto {
  readonly file: string;
  readonly landmarks: string;
  readonly pose_deg: readonly number[];
  readonly camera: { readonly az: number };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}

function centre(points: readonly Point[], from: number, to: number): Point {
  const some = points.slice(from, to + 1);
  return [mean(some.map(([x]) => x)), mean(some.map(([, y]) => y))];
}

async function readPhotos(
  folder: string,
  networks: FaceNetworks,
  tables: FaceTables,
): Promise<{ photos: Photo[]; count: number }> {
  const finder = new StillFinder(networks, tables);
  const { career } = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as {
    career: ManifestPhoto[];
  };
  const photos: Photo[] = [];
  for (const { file, landmarks, pose_deg: pose, camera } of career) {
    const [face] = await finder.find(rgbPlate(await readCanvas(path.join(folder, file))));
    const truth = JSON.parse(await readFile(path.join(folder, landmarks), 'utf8')).landmarks as Point[];
    if (!face) continue;
    const [left, right] = [centre(truth, 36, 41), centre(truth, 42, 47)];
    const unit = Math.hypot(right[0] - left[0], right[1] - left[1]);
    const fit = fitHead(face.landmarks, tables.canonical);
    photos.push({ id: file, face, fit, truth, unit, trueYaw: pose[0] - camera.az });
  }
  return { photos, count: career.length };
}

/** Truth less mesh at point k of the 68, in eye distances. */
function gap({ face, truth, unit }: Photo, k: number): Point {
  const i = MESH_FOR_68[k] * 3;
  return [(truth[k][0] - face.landmarks[i]) / unit, (truth[k][1] - face.landmarks[i + 1]) / unit];
}

/** How a unit offset along each axis of the frame shows in the picture, in eye distances; y down. Rows x and y. */
type OffsetFrame = (photo: Photo) => readonly [readonly number[], readonly number[]];

/** One offset on the picture plane, turned with the head's roll. */
const IN_PLANE: OffsetFrame = ({ face }) => {
  const roll = (face.pose.roll * Math.PI) / 180;
  return [
    [Math.cos(roll), -Math.sin(roll)],
    [Math.sin(roll), Math.cos(roll)],
  ];
};

/** One offset in the space of the canonical head (centimetres), turned with the head's pose. */
const IN_HEAD: OffsetFrame = ({ fit: { rotation: r, scale }, unit }) => {
  const s = scale / unit;
  return [
    [r[0] * s, r[1] * s, r[2] * s],
    [-r[3] * s, -r[4] * s, -r[5] * s],
  ];
};

/** The least-squares offset of point k over the photos. */
function fitOffset(photos: readonly Photo[], k: number, frame: OffsetFrame): number[] {
  const size = frame(photos[0])[0].length;
  const m = Array.from({ length: size }, () => Array.from({ length: size + 1 }, () => 0));
  for (const photo of photos) {
    const target = gap(photo, k);
    frame(photo).forEach((row, axis) => {
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) m[i][j] += row[i] * row[j];
        m[i][size] += row[i] * target[axis];
      }
    });
  }
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (j === i) continue;
      const f = m[j][i] / m[i][i];
      for (let c = i; c <= size; c++) m[j][c] -= f * m[i][c];
    }
  }
  return m.map((row, i) => row[size] / row[i]);
}

/** Mean distance over points and photos, % of the eye distance. `offsets` null: as the mesh gives them. */
function errorPercent(photos: readonly Photo[], frame: OffsetFrame, offsets: readonly number[][] | null): number {
  return mean(
    photos.map((photo) => {
      const rows = frame(photo);
      return mean(
        Array.from({ length: LAST - FIRST + 1 }, (_, n) => {
          const [dx, dy] = gap(photo, FIRST + n).map(
            (v, axis) => v - (offsets ? rows[axis].reduce((sum, r, i) => sum + r * offsets[n][i], 0) : 0),
          );
          return 100 * Math.hypot(dx, dy);
        }),
      );
    }),
  );
}

/** Fitted on either half of the photos and scored on the other. */
function crossError(photos: readonly Photo[], frame: OffsetFrame): number {
  const halves = [0, 1].map((parity) => photos.filter((_, i) => i % 2 === parity));
  return mean(
    [0, 1].map((k) => {
      const offsets = Array.from({ length: LAST - FIRST + 1 }, (_, n) => fitOffset(halves[k], FIRST + n, frame));
      return errorPercent(halves[1 - k], frame, offsets);
    }),
  );
}

/** Mean distance between a grid of the unit crop placed by the mesh and by the truth, % of the crop's side. */
function cropGapPercent({ face, truth }: Photo): number {
  const exact = alignPoints([centre(truth, 36, 41), centre(truth, 42, 47), centre(truth, 48, 59)], 1);
  return 100 * gridGap(alignPoints(cropPoints(face.landmarks), 1), exact);
}

function gridGap(a: Affine, b: Affine): number {
  const fromB = invertAffine(b);
  const places = [0, 0.5, 1].flatMap((x) => [0, 0.5, 1].map((y): Point => [x, y]));
  return mean(
    places.map(([x, y]) => {
      const [u, v] = applyAffine(a, ...applyAffine(fromB, x, y));
      return Math.hypot(u - x, v - y);
    }),
  );
}

function accuracy(photos: readonly Photo[], count: number): object {
  const frontal = photos.filter(({ face }) => Math.abs(face.pose.yaw) <= NEAR_FRONTAL_DEGREES);
  const bins = [0, 15, 30, 45, 62].map((from, i, all) => [from, all[i + 1] ?? 90]);
  return {
    photos: count,
    found: photos.length,
    withinYaw30: frontal.length,
    rawPercent: rounded(errorPercent(frontal, IN_PLANE, null)),
    afterOffsetInHeadPercent: rounded(crossError(frontal, IN_HEAD)),
    afterOffsetInPlanePercent: rounded(crossError(frontal, IN_PLANE)),
    cropGapPercent: rounded(mean(frontal.map(cropGapPercent))),
    yawErrorDegrees: rounded(mean(photos.map(({ face, trueYaw }) => Math.abs(face.pose.yaw - trueYaw))), 2),
    byYaw: bins.map(([from, to]) => {
      const some = photos.filter(({ face }) => Math.abs(face.pose.yaw) >= from && Math.abs(face.pose.yaw) < to);
      return {
        from,
        to,
        photos: some.length,
        rawPercent: some.length ? rounded(errorPercent(some, IN_PLANE, null)) : null,
        cropGapPercent: some.length ? rounded(mean(some.map(cropGapPercent))) : null,
      };
    }),
  };
}

/** The most frontal photo on a 1080p ground, the eyes so far apart. */
async function stillScene(folder: string, photos: readonly Photo[], eyeDistancePx: number): Promise<Canvas> {
  const [photo] = photos.toSorted((a, b) => Math.abs(a.face.pose.yaw) - Math.abs(b.face.pose.yaw));
  const picture = await readCanvas(path.join(folder, photo.id));
  const scene = ground(1920, 1080, 5);
  const whole = { cx: picture.width / 2, cy: picture.height / 2, rx: picture.width / 2, ry: picture.height / 2 };
  paste(scene, picture, whole, 960, 540, eyeDistancePx / eyeDistance(photo.face.landmarks));
  return scene;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((v) => (v - middle) ** 2));
}

/** Standard deviation of a landmark over frames in pixels, sqrt(var x + var y), median of the points. */
function trembling(frames: readonly (readonly TrackedFace[])[]): number {
  const faces = frames.map(([face]) => face.landmarks);
  const deviations = Array.from({ length: 468 }, (_, i) =>
    Math.sqrt(variance(faces.map((f: MeshLandmarks) => f[i * 3])) + variance(faces.map((f) => f[i * 3 + 1]))),
  );
  return percentile(deviations, 0.5);
}

/** `noiseOn` planes: on Y, Cb and Cr each, which is about twice the noise in RGB. */
async function jitter(
  scene: Canvas,
  networks: FaceNetworks,
  tables: FaceTables,
  passes: MeshPasses,
  noiseOn: 'rgb' | 'planes',
): Promise<object> {
  const raw = new FaceTracker(networks, tables, { mode: 'offline', passes });
  const live = new FaceTracker(networks, tables, { mode: 'live', passes });
  const frames: RawFrame[] = [];
  const liveFrames: TrackedFace[][] = [];
  for (let i = 0; i < 44; i++) {
    const plate = noiseOn === 'rgb' ? rgbPlate(scene, 2, i + 1) : cameraPlate(scene, 2, i + 1);
    frames.push({ faces: await raw.track(plate), isCut: raw.wasCut });
    liveFrames.push(await live.track(plate));
  }
  // the first frames settle: their region comes from the detector
  return {
    noiseOn,
    passes,
    rawPx: rounded(trembling(frames.slice(4).map(({ faces }) => faces))),
    livePx: rounded(trembling(liveFrames.slice(4))),
    offlinePx: rounded(trembling(smoothTracks(frames, tables).slice(4))),
  };
}

/** CPU time of `FaceTracker.track` alone; the plates are made before. */
async function cost(
  scene: Canvas,
  networks: FaceNetworks,
  tables: FaceTables,
  passes: MeshPasses,
): Promise<{ medianMs: number; meanMs: number; firstMs: number }> {
  const plates: Plate[] = [1, 2, 3, 4].map((seed) => cameraPlate(scene, 2, seed));
  const tracker = new FaceTracker(networks, tables, { mode: 'offline', passes });
  const samples: number[] = [];
  for (let i = 0; i < 100; i++) {
    const before = cpuMs();
    await tracker.track(plates[i % plates.length]);
    samples.push(cpuMs() - before);
  }
  // the mean holds the looks for newcomers and the readings of identity; the first frame detects
  return {
    medianMs: rounded(percentile(samples.slice(4), 0.5), 1),
    meanMs: rounded(mean(samples.slice(4)), 1),
    firstMs: rounded(samples[0], 1),
  };
}

const folder = process.argv[2] ? path.resolve(process.argv[2]) : demoPerformerFolder;
const { networks, tables, close } = await loadFaceNetworks(modelsFolder);
const { photos, count } = await readPhotos(folder, networks, tables);
const at100 = await stillScene(folder, photos, 100);
const at300 = await stillScene(folder, photos, 300);
const report = {
  schema: 'dorian/bench-tracking',
  version: 1,
  ...machineFacts(),
  commit: await commitName(),
  accuracy: accuracy(photos, count),
  jitterStillNoise2At100px: [
    await jitter(at100, networks, tables, 1, 'rgb'),
    await jitter(at100, networks, tables, 2, 'rgb'),
    await jitter(at100, networks, tables, 1, 'planes'),
    await jitter(at100, networks, tables, 2, 'planes'),
  ],
  cpuMsTracked1080p: {
    at100px: { onePass: await cost(at100, networks, tables, 1), twoPasses: await cost(at100, networks, tables, 2) },
    at300px: { onePass: await cost(at300, networks, tables, 1), twoPasses: await cost(at300, networks, tables, 2) },
  },
};
await close();
const text = `${JSON.stringify(report, null, 2)}\n`;
process.stdout.write(text);
const results = path.join(projectFolder, 'bench/results');
if (existsSync(results)) await writeFile(path.join(results, `tracking-${report.machine}.json`), text);
