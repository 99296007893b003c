// A seeded generator whose state can be saved: the same seed gives the same training on every machine. Not for secrets.

/** Four unsigned 32-bit numbers, not all 0. */
export type RandomState = readonly [number, number, number, number];

/**
 * xoshiro128**: 32 bits a draw, period 2^128 - 1.
 *
 * @see Blackman & Vigna 2021, doi:10.1145/3460772
 */
export class SeededRandom {
  #state: [number, number, number, number];

  constructor(seed: number | RandomState) {
    this.#state = typeof seed === 'number' ? spread(seed) : [...seed];
  }

  /** To be given to the constructor: the new generator goes on where this one is. */
  get state(): RandomState {
    return [...this.#state];
  }

  /** A generator of its own for `index` (a step, a worker), which depends on the present state and draws nothing. */
  fork(index: number): SeededRandom {
    const [a, b, c, d] = this.#state;
    const [p, q, r, s] = spread(index);
    const forked = new SeededRandom([(a ^ p) >>> 0, (b ^ q) >>> 0, (c ^ r) >>> 0, (d ^ s) >>> 0 || 1]);
    for (let k = 0; k < 8; k++) forked.bits();
    return forked;
  }

  /** 0..2^32 - 1 */
  bits(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 11);
    for (let k = 0; k < 4; k++) s[k] >>>= 0;
    return result;
  }

  /** [0, 1) */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** low <= x < high */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number in [0, count). */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Normal, mean 0, variance 1 (Box-Muller; two draws each, so that the state tells all). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}

function rotate(x: number, by: number): number {
  return ((x << by) | (x >>> (32 - by))) >>> 0;
}

/** splitmix32 of a seed. */
function spread(seed: number): [number, number, number, number] {
  let z = seed >>> 0;
  const next = (): number => {
    z = (z + 0x9e3779b9) >>> 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  return [next(), next(), next(), next() || 1];
}
