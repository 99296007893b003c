// Named regions of the face as soft fields over the crop: how strongly the predicted change is applied where, and which
// target age is asked for where. Base regions follow each other down the face; smaller ones are laid over them.

import type { Affine, MeshLandmarks } from '../core/index.ts';
import { meanPoint } from '../core/index.ts';
import type { FrameLook, RegionName } from './look.ts';
import {
  CROWS_FEET,
  EYE_BAGS,
  INNER_MOUTH,
  LEFT_BROW,
  LEFT_EYE,
  NOSE_MOUTH_FOLDS,
  OUTER_LIPS,
  RIGHT_BROW,
  RIGHT_EYE,
} from './polygons.ts';
import { fillOutline, smoothstep, softenGrid } from './raster.ts';
import { GRID } from './skin.ts';

const CELLS = GRID * GRID;

interface Overlay {
  readonly region: RegionName;
  readonly outlines: readonly (readonly number[])[];
  /** Softening radius in grid cells; eyes and mouth are kept tight, skin regions run into each other. */
  readonly radius: number;
}

/** In the order in which they are laid on. */
const OVERLAYS: readonly Overlay[] = [
  { region: 'crows-feet', outlines: CROWS_FEET, radius: 3 },
  { region: 'eye-bags', outlines: EYE_BAGS, radius: 2 },
  { region: 'nose-mouth-folds', outlines: NOSE_MOUTH_FOLDS, radius: 3 },
  { region: 'lips', outlines: [OUTER_LIPS], radius: 1 },
  { region: 'inner-mouth', outlines: [INNER_MOUTH], radius: 1 },
  { region: 'eyes', outlines: [RIGHT_EYE, LEFT_EYE], radius: 1 },
];

/** Eyes and the open mouth move with the lids and lips around them: their strength is for tone, not for flow. */
const TONE_ONLY: ReadonlySet<RegionName> = new Set(['eyes', 'inner-mouth']);

export class RegionFields {
  /** [GRID, GRID]: strength of gain and residual. */
  readonly tone: Float32Array = new Float32Array(CELLS);
  /** [GRID, GRID]: strength of flow. */
  readonly flow: Float32Array = new Float32Array(CELLS);
  /** [GRID, GRID]: target age, years / 100. */
  readonly targetAge: Float32Array = new Float32Array(CELLS);
  private readonly cover = new Float32Array(CELLS);
  private readonly scratch = new Float32Array(CELLS);

  /** @param plateToGrid - Plate pixels -> grid cells. */
  update(landmarks: MeshLandmarks, plateToGrid: Affine, look: FrameLook): void {
    const { strengths, regionAges, targetAge } = look;
    const ageOf = (region: RegionName): number => (regionAges[region] ?? targetAge) / 100;
    this.paintBase(landmarks, plateToGrid, look, ageOf);
    for (const { region, outlines, radius } of OVERLAYS) {
      const under = region === 'eyes' || region === 'inner-mouth' ? null : base(region);
      const asBase = under !== null && strengths[region] === strengths[under] && ageOf(region) === ageOf(under);
      if (asBase && uniform(look)) continue;
      this.cover.fill(0);
      for (const outline of outlines) fillOutline(landmarks, outline, plateToGrid, GRID, this.cover);
      softenGrid(this.cover, GRID, radius, this.scratch);
      this.lay(region, strengths[region], ageOf(region));
    }
  }

  private lay(region: RegionName, strength: number, age: number): void {
    const { cover, tone, flow, targetAge } = this;
    const withFlow = !TONE_ONLY.has(region);
    for (let i = 0; i < CELLS; i++) {
      const c = cover[i];
      if (c === 0) continue;
      tone[i] += c * (strength - tone[i]);
      if (!withFlow) continue;
      flow[i] += c * (strength - flow[i]);
      targetAge[i] += c * (age - targetAge[i]);
    }
  }

  private paintBase(
    landmarks: MeshLandmarks,
    plateToGrid: Affine,
    { strengths }: FrameLook,
    ageOf: (region: RegionName) => number,
  ): void {
    const gridY = (points: readonly number[]): number => {
      const [x, y] = meanPoint(landmarks, points);
      return plateToGrid[3] * x + plateToGrid[4] * y + plateToGrid[5];
    };
    const brow = gridY([...RIGHT_BROW, ...LEFT_BROW]);
    const mouth = gridY(OUTER_LIPS);
    const ramp = (mouth - brow) * 0.12;
    for (let y = 0; y < GRID; y++) {
      const belowBrow = smoothstep(brow - ramp, brow + ramp, y + 0.5);
      const belowMouth = smoothstep(mouth - 2 * ramp, mouth + ramp, y + 0.5);
      const mix = (forehead: number, cheeks: number, jaw: number): number => {
        const upper = forehead + (cheeks - forehead) * belowBrow;
        return upper + (jaw - upper) * belowMouth;
      };
      const strength = mix(strengths.forehead, strengths.cheeks, strengths['jaw-neck']);
      const age = mix(ageOf('forehead'), ageOf('cheeks'), ageOf('jaw-neck'));
      this.tone.fill(strength, y * GRID, (y + 1) * GRID);
      this.flow.fill(strength, y * GRID, (y + 1) * GRID);
      this.targetAge.fill(age, y * GRID, (y + 1) * GRID);
    }
  }
}

/** The base region that an overlay lies on. */
function base(region: RegionName): RegionName {
  return region === 'lips' ? 'jaw-neck' : 'cheeks';
}

/** True when the three base regions agree, so that an overlay equal to its base changes nothing. */
function uniform({ strengths, regionAges }: FrameLook): boolean {
  return (
    strengths.forehead === strengths.cheeks &&
    strengths.cheeks === strengths['jaw-neck'] &&
    regionAges.forehead === regionAges.cheeks &&
    regionAges.cheeks === regionAges['jaw-neck']
  );
}
