// Batches of pairs, as training takes them: the same face in the same scene at two ages, and own photos of it.

export interface PairShape {
  readonly count: number;
  /** Side of the crops, pixels; a multiple of 32. */
  readonly sizePx: number;
  /** Own photos of each pair, 0 or more. */
  readonly ownPhotos: number;
}

/** N pairs of S px with K own photos each. Pictures are display-referred RGB, 0..1, planes R, G, B. */
export interface PairBatch extends PairShape {
  /** [N, 3, S, S]: the plate. */
  readonly source: Float32Array;
  /** [N, 3, S, S]: the same plate, had the person been of the target age. */
  readonly target: Float32Array;
  /** [N], years. */
  readonly sourceAge: Float32Array;
  readonly targetAge: Float32Array;
  /** [N, 1, S, S], 0..1: face, neck, eyes, mouth, brows and hair of either. */
  readonly person: Float32Array;
  /** [N, 1, S, S], 0..1: hair of either. */
  readonly hair: Float32Array;
  /**
   * [N, K, 3, S, S]: photos of the person near the target age, carried onto the source and given its light.
   */
  readonly own: Float32Array;
  /** [N, K, 1, S, S], 0..1: where `own` can be believed; 0 all over where there is no photo. */
  readonly ownValid: Float32Array;
  /** [N, K], years at each photo; 0 where there is none. */
  readonly ownAge: Float32Array;
}

/** Pairs of synthetic people, whose change of shape is known. */
export interface ShapedPairBatch extends PairBatch {
  /** [N, 2, S / 4, S / 4]: x, y in crop pixels, where each place of the target is found in the source. */
  readonly flow: Float32Array;
  /** [N, 1, S / 4, S / 4], 0..1: where `flow` can be believed. */
  readonly flowBelief: Float32Array;
}

/** All zero. */
export function emptyPairBatch(shape: PairShape): PairBatch {
  const { count, sizePx, ownPhotos } = shape;
  const planes = (each: number): Float32Array => new Float32Array(count * each * sizePx * sizePx);
  return {
    ...shape,
    source: planes(3),
    target: planes(3),
    sourceAge: new Float32Array(count),
    targetAge: new Float32Array(count),
    person: planes(1),
    hair: planes(1),
    own: planes(3 * ownPhotos),
    ownValid: planes(ownPhotos),
    ownAge: new Float32Array(count * ownPhotos),
  };
}

/** The planes of one of a batch's entries: `each` planes of the k-th. */
export function planesOf(planes: Float32Array, sizePx: number, each: number, k: number): Float32Array {
  const length = each * sizePx * sizePx;
  return planes.subarray(k * length, (k + 1) * length);
}
