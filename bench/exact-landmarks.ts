// For developers: what the tracker and the matte cost. Runs the demo clip with the crop placed by exact landmarks, first
// as the prior's own experiment did (the whole crop changed under a soft window), then through the frame path; and with
// landmarks tracked as in a render. `node bench/exact-landmarks.ts [FOLDER] [FRAMES]`

import type { Affine, MeshLandmarks, Plate, Tensor, TrackedFace } from '../src/core/index.ts';
import { PlateCropper, applyAffine, composeAffine, copyPlate, invertAffine, packedRgb } from '../src/core/index.ts';
import { alignFace } from '../src/face/index.ts';
import { loadFaceNetworks } from '../src/adapters/node/face-networks.ts';
import { openNetwork } from '../src/adapters/node/onnx.ts';
import { openPerformerFolder } from '../src/adapters/node/performer-folder.ts';
import { loadVideoFiles } from '../src/adapters/node/video-files.ts';
import { noteLines } from '../src/cli/bench/fidelity-report.ts';
import { commitName } from '../src/cli/bench/machine.ts';
import type { Contender, Picture, TruthClip } from '../src/measure/index.ts';
import { alignToTruth, layBack, makeFaceReader, measureFidelity, pictureOfRgb } from '../src/measure/index.ts';
import type { Change, Predictor } from '../src/reage/index.ts';
import { FramePath, lookAt, likenessPredictor, plainLook } from '../src/reage/index.ts';

const SIZE = 256;

/** The predicted crop less the crop, [SIZE, SIZE, 3]. */
function cropChange(image: Float32Array, { flow, gain, residual }: Change): Picture {
  const plane = SIZE * SIZE;
  const data = new Float32Array(plane * 3);
  const clamp = (v: number): number => Math.min(SIZE - 1, Math.max(0, v));
  for (let i = 0; i < plane; i++) {
    const x = clamp((i % SIZE) + flow[i]);
    const y = clamp(Math.floor(i / SIZE) + flow[plane + i]);
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const x1 = Math.min(SIZE - 1, x0 + 1);
    const y1 = Math.min(SIZE - 1, y0 + 1);
    for (let c = 0; c < 3; c++) {
      const at = (u: number, v: number): number => image[c * plane + v * SIZE + u];
      const top = at(x0, y0) * (1 - x + x0) + at(x1, y0) * (x - x0);
      const bottom = at(x0, y1) * (1 - x + x0) + at(x1, y1) * (x - x0);
      const moved = top * (1 - y + y0) + bottom * (y - y0);
      data[i * 3 + c] = moved * Math.exp(gain[c * plane + i]) + residual[c * plane + i] - image[c * plane + i];
    }
  }
  return { width: SIZE, height: SIZE, data };
}

function ageMap(age: number): Tensor {
  return { data: new Float32Array(128 * 128).fill(age / 100), shape: [1, 1, 128, 128] };
}

function wholeCropContender(clip: TruthClip, predictor: Predictor): Contender {
  const cropper = new PlateCropper();
  const image = new Float32Array(SIZE * SIZE * 3);
  return {
    likeness: 'prior',
    tier: 'final',
    photos: 0,
    async reage(plate, frameIndex, targetAge) {
      const toCrop = alignToTruth(await clip.landmarks68(clip.sourceAge, frameIndex), SIZE);
      cropper.crop(plate, invertAffine(toCrop), SIZE, image, { layout: 'nchw', low: 0, high: 1, border: 'edge' });
      const change = await predictor.predict({
        image: { data: image, shape: [1, 3, SIZE, SIZE] },
        sourceAge: ageMap(clip.sourceAge),
        targetAge: ageMap(targetAge),
        // the prior looks at no own photos
        carry: new Float32Array(0),
      });
      const before = pictureOfRgb(plate);
      const back = layBack(cropChange(image, change), toCrop, plate.width, plate.height).data;
      const data = before.data.map((v, i) => Math.min(1, Math.max(0, v + back[i])));
      const matte = Float32Array.from({ length: data.length / 3 }, () => 1);
      return { plate: packedRgb(data, plate.width, plate.height, 3, 'float'), matte };
    },
  };
}

/** Moves tracked landmarks so that their crop is that of the exact ones. */
function snapTo(landmarks: MeshLandmarks, exact: Affine): MeshLandmarks {
  const move = composeAffine(invertAffine(exact), alignFace(landmarks, SIZE));
  const out = landmarks.slice();
  for (let i = 0; i < out.length; i += 3) [out[i], out[i + 1]] = applyAffine(move, out[i], out[i + 1]);
  return out;
}

function framePathContender(
  clip: TruthClip,
  path: FramePath,
  predictor: Predictor,
  locate: (plate: Plate, frameIndex: number) => Promise<MeshLandmarks>,
): Contender {
  return {
    likeness: 'prior',
    tier: 'final',
    photos: 0,
    async reage(plate, frameIndex, targetAge) {
      const own = copyPlate(plate);
      const matte = new Float32Array(plate.width * plate.height);
      const landmarks = await locate(plate, frameIndex);
      const face: TrackedFace = { trackId: 1, landmarks, score: 1, pose: { yaw: 0, pitch: 0, roll: 0 }, fade: 1 };
      const look = lookAt(plainLook(targetAge), frameIndex);
      await path.reage(own, [{ face, sourceAge: clip.sourceAge, look, predictor }], { matteOut: matte });
      return { plate: own, matte };
    },
  };
}

const root = new URL('..', import.meta.url).pathname;
const [folder = `${root}assets/performer`, frames = '8'] = process.argv.slice(2);
const faces = await loadFaceNetworks(`${root}models`);
const prior = await openNetwork(`${root}assets/prior/prior-256.onnx`, { threads: 2 });
const videoFiles = await loadVideoFiles();
const [clip] = (await openPerformerFolder(folder, videoFiles)).clips;
const predictor = likenessPredictor(prior);
const reader = makeFaceReader(faces.networks, faces.tables);
const tracked = async (plate: Plate): Promise<MeshLandmarks> => {
  const reading = await reader.read(plate, null);
  if (!reading) throw new Error('no face found');
  return reading.landmarks;
};
const framePath = new FramePath({ person: faces.networks.person ?? null });
const contenders = {
  'whole crop, exact landmarks': wholeCropContender(clip, predictor),
  'frame path, exact landmarks': framePathContender(clip, framePath, predictor, async (plate, i) =>
    snapTo(await tracked(plate), alignToTruth(await clip.landmarks68(clip.sourceAge, i), SIZE)),
  ),
  'frame path, read landmarks': framePathContender(clip, framePath, predictor, tracked),
};
const started = process.cpuUsage();
const { rows, truthShimmer } = await measureFidelity(clip, Object.values(contenders), reader, {
  frames: Number(frames),
});
const names = ['none', ...Object.keys(contenders), 'ceiling'];
const table = rows.map(({ performer: _p, clip: _c, likeness: _l, tier: _t, photos: _n, ...figures }, i) => ({
  row: names[i % names.length],
  ...Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, v === null ? null : Math.round(v * 1e4) / 1e4])),
}));
console.table(table);
console.log(truthShimmer, `${process.cpuUsage(started).user / 1e6} s of CPU`);
const [when, commit] = [new Date().toISOString(), await commitName()];
await noteLines(
  table
    .filter(({ row }) => row in contenders)
    .map((row) => `${when} ${commit} bench/exact-landmarks.ts frames=${frames} ${JSON.stringify(row)}`),
);
await faces.close();
await prior.close();
