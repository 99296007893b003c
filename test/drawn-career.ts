// Photos in use, made up: for tests of what the library says of a career. No picture stands behind them.

import type { CareerPhoto } from '../src/library/index.ts';

export interface DrawnPhoto {
  readonly age: number;
  readonly yaw?: number;
  readonly pitch?: number;
  readonly azimuth?: number;
  readonly mouthOpen?: number;
  readonly eyeDistancePx?: number;
}

export function drawnPhoto({
  age,
  yaw = 0,
  pitch = 0,
  azimuth = 0,
  mouthOpen = 0.05,
  eyeDistancePx = 100,
}: DrawnPhoto): CareerPhoto {
  const name = `age ${age} yaw ${yaw} <&"'>.jpg`;
  return {
    crop: `${age}-${yaw}-${pitch}-${azimuth}-${mouthOpen}.png`,
    ageAtPhoto: age,
    photo: {
      sha256: name,
      file: name,
      givenName: name,
      footage: null,
      widthPx: 512,
      heightPx: 512,
      differenceHash: '0',
      cosineHash: '0',
      tagClaims: [],
    },
    face: {
      photo: name,
      faceIndex: 0,
      landmarks: new Float32Array(478 * 3),
      score: 1,
      pose: { yaw, pitch, roll: 0 },
      eyeDistancePx,
      descriptor: new Float32Array(128),
      apparentAge: age,
      light: { azimuth, elevation: 20, contrast: 1, brightness: 0.3 },
      expression: {
        mouthOpen,
        mouthWide: 0.7,
        mouthCornersUp: 0,
        lipsForward: 0.1,
        browsUp: 0.3,
        browsApart: 0.3,
        eyesOpen: 0.3,
        gazeRight: 0,
        gazeDown: 0,
      },
      sharpness: 0.6,
    },
    judgement: {
      photo: name,
      state: 'used',
      code: null,
      reason: '',
      faceIndex: 0,
      ageAtPhoto: age,
      takenOn: null,
      plusMinusYears: 0.5,
      precision: 'age',
      ageSource: 'file-name',
      said: name,
      flagged: [],
      contradictions: ['the folder is named "1984", but the file is named "<b>1999</b>"'],
      duplicateOf: null,
      agreement: 3,
    },
  };
}
