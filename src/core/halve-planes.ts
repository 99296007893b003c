// Square float pictures at half their size.

/**
 * The mean of each 2 x 2 block.
 *
 * @param planes - Any number of planes of side * side, one after the other; side even.
 * @param out - Takes as many planes of half the side.
 */
export function halvePlanes(planes: Float32Array, side: number, out: Float32Array): void {
  const half = side / 2;
  const rows = planes.length / side / 2;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let at = 2 * row * side, x = 0; x < half; x++, at += 2, i++)
      out[i] = 0.25 * (planes[at] + planes[at + 1] + planes[at + side] + planes[at + side + 1]);
  }
}
