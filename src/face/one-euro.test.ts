import { expect, it } from 'vitest';
import { canonicalLandmarks } from '../../test/canonical-face.ts';
import { randomNumbers } from '../../test/composed-plate.ts';
import { startOneEuro, stepOneEuro } from './one-euro.ts';

const FRONTAL = { yaw: 0, pitch: 0, roll: 0 };
const STEP = 1 / 24;

it('holds a still face that trembles', () => {
  const face = canonicalLandmarks({ pose: FRONTAL, scale: 15, at: [500, 400] });
  const random = randomNumbers(3);
  const trembling = (): Float32Array => face.map((v) => v + random() - 0.5);
  let state = startOneEuro(trembling());
  let raw = 0;
  let left = 0;
  for (let frame = 0; frame < 60; frame++) {
    const landmarks = trembling();
    state = stepOneEuro(state, landmarks, STEP);
    if (frame < 20) continue;
    for (let i = 0; i < face.length; i++) {
      raw += (landmarks[i] - face[i]) ** 2;
      left += (state.values[i] - face[i]) ** 2;
    }
  }
  expect(Math.sqrt(left / raw)).toBeLessThan(0.6);
});

function moving(frame: number): Float32Array {
  return canonicalLandmarks({ pose: FRONTAL, scale: 15, at: [300 + frame * 100 * STEP, 400] });
}

it('follows a head that moves by an eye distance a second within 3 % of the eye distance', () => {
  let state = startOneEuro(moving(0));
  for (let frame = 1; frame < 48; frame++) state = stepOneEuro(state, moving(frame), STEP);
  expect(Math.abs(state.values[12] - moving(47)[12])).toBeLessThan(3);
});
