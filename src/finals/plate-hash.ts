// A plate's fingerprint: of the samples that are handed to the encoder, the same however the plane lies in memory.

import type { Plane, Plate } from '../core/index.ts';
import { hexOf } from './render-job.ts';

/** SHA-256 over the SHA-256 of each plane: rows without padding, samples little-endian. Takes its copy at once. */
export function hashPlate(plate: Plate): Promise<string> {
  const planes = plate.planes.map((plane) => crypto.subtle.digest('SHA-256', packedBytes(plane)));
  return Promise.all(planes).then(async (digests) => {
    const all = new Uint8Array(digests.length * 32);
    digests.forEach((digest, k) => all.set(new Uint8Array(digest), k * 32));
    return hexOf(await crypto.subtle.digest('SHA-256', all));
  });
}

function packedBytes({ samples, width, height, stride, step }: Plane): Uint8Array<ArrayBuffer> {
  const size = samples.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(width * height * size);
  if (step === 1) {
    const source = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    for (let y = 0; y < height; y++) {
      bytes.set(source.subarray(y * stride * size, (y * stride + width) * size), y * width * size);
    }
    return bytes;
  }
  const Samples = samples.constructor as new (buffer: ArrayBuffer) => typeof samples;
  const packed = new Samples(bytes.buffer);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) packed[y * width + x] = samples[y * stride + x * step];
  }
  return bytes;
}
