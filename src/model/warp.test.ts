import { describe, expect, it } from 'vitest';
import { gradientError } from '../../test/gradient-check.ts';
import { openNetwork } from '../adapters/node/onnx.ts';
import { Tape } from './tape.ts';
import { warp } from './warp.ts';

const [W, H] = [5, 4];

/** Linear, so that bilinear is exact. */
function at(x: number, y: number): number {
  return 3 * x - 7 * y;
}

describe('warp', () => {
  it('derives by the flow, also where the border is held', async () => {
    expect(
      await gradientError({
        inputs: { flow: [2, 2, H, W] },
        data: { picture: [2, 3, H, W] },
        build: ({ picture, flow }) => warp(picture, flow),
        // whole pixels and 0.2 to 0.8 more: clear of the kinks between pixels; up to 3 pixels, so beyond the border too
        draw: (random, name) =>
          name === 'flow' ? random.integer(6) - 3 + random.between(0.2, 0.8) : random.between(-1, 1),
      }),
    ).toBeLessThan(2e-3);
  });

  it('reads where the contract says', async () => {
    const tape = new Tape('warp');
    tape.output('y', warp(tape.input('picture', [1, 1, H, W]), tape.input('flow', [1, 2, H, W])));
    const network = await openNetwork(tape.graph.write());
    const picture = Float32Array.from({ length: W * H }, (_, k) => at(k % W, Math.floor(k / W)));
    const [fx, fy] = [1.25, -0.5];
    const flow = new Float32Array(2 * W * H).fill(fx, 0, W * H).fill(fy, W * H);
    const { y } = await network.run({
      picture: { data: picture, shape: [1, 1, H, W] },
      flow: { data: flow, shape: [1, 2, H, W] },
    });
    await network.close();
    const expected = picture.map((_, k) => at(Math.min(W - 1, (k % W) + fx), Math.max(0, Math.floor(k / W) + fy)));
    for (let k = 0; k < expected.length; k++) expect(y.data[k]).toBeCloseTo(expected[k], 4);
  });

  it('refuses a picture that would need a gradient', () => {
    const tape = new Tape('refused');
    const picture = tape.leaf(tape.graph.input('picture', [1, 3, H, W]), [1, 3, H, W]);
    expect(() => warp(picture, tape.input('flow', [1, 2, H, W]))).toThrow('detach');
    expect(() => warp(tape.input('p', [1, 3, H, W]), tape.input('f', [1, 2, H, 4]))).toThrow('does not fit');
  });
});
