// One pass of the attention mesh: a region of the plate in, 478 landmarks in plate pixels out.

import type { MeshLandmarks, Network, Plate, PlateCropper, Region, Tensor } from '../core/index.ts';
import { MESH_POINTS, regionToPlate } from '../core/index.ts';
import type { FaceTables } from './needs.ts';

const INPUT_SIZE = 192;

/** The eye tables begin with the inner contour of the lids; an iris takes its mean depth. */
const INNER_CONTOUR = 16;

/** The landmarks belong to the caller. `score` is the mesh's own belief that it saw a face, 0..1. */
export interface MeshReading {
  readonly landmarks: MeshLandmarks;
  readonly score: number;
}

/** Runs the mesh. Owns its input buffer; not re-entrant. */
export class MeshReader {
  private readonly network: Network;
  private readonly tables: FaceTables;
  private readonly cropper: PlateCropper;
  private readonly input = new Float32Array(INPUT_SIZE * INPUT_SIZE * 3);

  constructor(network: Network, tables: FaceTables, cropper: PlateCropper) {
    this.network = network;
    this.tables = tables;
    this.cropper = cropper;
  }

  async read(plate: Plate, region: Region): Promise<MeshReading> {
    const toPlate = regionToPlate(region, INPUT_SIZE);
    this.cropper.crop(plate, toPlate, INPUT_SIZE, this.input, { layout: 'nhwc', low: 0, high: 1, border: 'edge' });
    const outputs = await this.network.run({
      input: { data: this.input, shape: [1, INPUT_SIZE, INPUT_SIZE, 3] },
    });
    const landmarks = assemble(outputs, this.tables);
    const depthScale = region.side / INPUT_SIZE;
    for (let i = 0; i < landmarks.length; i += 3) {
      const x = landmarks[i];
      const y = landmarks[i + 1];
      landmarks[i] = toPlate[0] * x + toPlate[1] * y + toPlate[2];
      landmarks[i + 1] = toPlate[3] * x + toPlate[4] * y + toPlate[5];
      landmarks[i + 2] *= depthScale;
    }
    return { landmarks, score: 1 / (1 + Math.exp(-outputs.conv_faceflag.data[0])) };
  }
}

/** Lips and eyes have heads of their own, better in x and y; irises have no other source. Crop pixels. */
function assemble(outputs: Readonly<Record<string, Tensor>>, tables: FaceTables): Float32Array {
  const mesh = outputs.output_mesh_identity.data;
  const landmarks = new Float32Array(MESH_POINTS * 3);
  landmarks.set(mesh);
  const place = (points: readonly number[], from: Float32Array): void => {
    points.forEach((point, k) => {
      landmarks[point * 3] = from[k * 2];
      landmarks[point * 3 + 1] = from[k * 2 + 1];
    });
  };
  place(tables.lips, outputs.output_lips.data);
  place(tables.leftEye, outputs.output_left_eye.data);
  place(tables.rightEye, outputs.output_right_eye.data);
  place(tables.leftIris, outputs.output_left_iris.data);
  place(tables.rightIris, outputs.output_right_iris.data);
  for (const [iris, eye] of [
    [tables.leftIris, tables.leftEye],
    [tables.rightIris, tables.rightEye],
  ]) {
    let depth = 0;
    for (let k = 0; k < INNER_CONTOUR; k++) depth += mesh[eye[k] * 3 + 2] / INNER_CONTOUR;
    for (const point of iris) landmarks[point * 3 + 2] = depth;
  }
  return landmarks;
}
