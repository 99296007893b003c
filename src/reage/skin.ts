// How much each cell of the crop looks like this performer's own skin in this light: a small colour model read from
// cheeks, nose and forehead of the same frame. It tells skin of ears and neck from clothes and background, and skin from
// hair and objects in front of the face. Colour only: a hand in front of the face is skin too.

/** Grid of the model, cells a side: half of a 256 px crop. */
export const GRID = 128;
const CELLS = GRID * GRID;

/** Log-colour features: red over green, green over blue, green. */
interface SkinModel {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

// Floors of the spread, in natural-log units: light from two sides and pores widen real skin at least this much; without
// a floor a flat, evenly lit face would make its own neck a stranger.
const FLOOR: readonly [number, number, number] = [0.07, 0.09, 0.3];
/** Codes below this are noise, not colour. */
const DARK = 0.03;

export class SkinGrid {
  /** [GRID, GRID], 0..1: likelihood that the cell is this skin. */
  readonly likelihood: Float32Array = new Float32Array(CELLS);
  private readonly features: readonly Float32Array[] = [0, 1, 2].map(() => new Float32Array(CELLS));

  /**
   * @param image - [3, size, size], RGB, display-referred 0..1; size a multiple of GRID.
   * @param samples - [GRID, GRID], 0..1: where skin is known to be.
   */
  update(image: Float32Array, size: number, samples: Float32Array): Float32Array {
    this.reduce(image, size);
    const model = this.fit(samples);
    const [a, b, c] = this.features;
    for (let i = 0; i < CELLS; i++) {
      const da = (a[i] - model.mean[0]) / model.deviation[0];
      const db = (b[i] - model.mean[1]) / model.deviation[1];
      const dc = (c[i] - model.mean[2]) / model.deviation[2];
      // shade is more common than glare: darker counts half
      const light = dc < 0 ? dc * 0.5 : dc;
      const distance = Math.sqrt(da * da + db * db + light * light);
      this.likelihood[i] = distance < 2.5 ? 1 : distance > 4.5 ? 0 : (4.5 - distance) / 2;
    }
    return this.likelihood;
  }

  private reduce(image: Float32Array, size: number): void {
    const k = size / GRID;
    const plane = size * size;
    const area = k * k;
    const [a, b, c] = this.features;
    for (let y = 0; y < GRID; y++) {
      for (let x = 0; x < GRID; x++) {
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let j = 0; j < k; j++) {
          const row = (y * k + j) * size + x * k;
          for (let i = row; i < row + k; i++) {
            red += image[i];
            green += image[i + plane];
            blue += image[i + 2 * plane];
          }
        }
        const g = Math.log(green / area + DARK);
        const at = y * GRID + x;
        a[at] = Math.log(red / area + DARK) - g;
        b[at] = g - Math.log(blue / area + DARK);
        c[at] = g;
      }
    }
  }

  /** Mean and spread over the samples, twice, the second time without what is 2.5 s.d. off (a strand, an occluder). */
  private fit(samples: Float32Array): SkinModel {
    let model: SkinModel = { mean: [0, 0, 0], deviation: [Infinity, Infinity, Infinity] };
    for (let round = 0; round < 3; round++) {
      let count = 0;
      const sum = [0, 0, 0];
      const square = [0, 0, 0];
      for (let i = 0; i < CELLS; i++) {
        if (samples[i] < 0.5) continue;
        let inside = true;
        for (let k = 0; k < 3; k++)
          inside &&= Math.abs(this.features[k][i] - model.mean[k]) <= 2.5 * model.deviation[k];
        if (!inside) continue;
        count++;
        for (let k = 0; k < 3; k++) {
          sum[k] += this.features[k][i];
          square[k] += this.features[k][i] ** 2;
        }
      }
      if (count < 16) return model;
      const mean = sum.map((s) => s / count) as [number, number, number];
      const deviation = square.map((s, k) => Math.max(FLOOR[k], Math.sqrt(Math.max(0, s / count - mean[k] ** 2)))) as [
        number,
        number,
        number,
      ];
      model = { mean, deviation };
    }
    return model;
  }
}
