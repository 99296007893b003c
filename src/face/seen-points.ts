// Which of the points by which photos are carried can be seen: in a turned face the far cheek and the far side of the nose
// lie behind what is nearer.

/**
 * Triangles between `CARRY_POINTS`, three places in that list each, clockwise on a picture of a face seen from the front:
 * Delaunay on the canonical head, unrolled around its axis.
 */
const TRIANGLES: readonly number[] = [
  20, 19, 22, 21, 20, 22, 19, 18, 23, 22, 19, 23, 27, 26, 28, 25, 24, 29, 26, 25, 29, 28, 26, 29, 18, 19, 30, 16,
  30, 31, 30, 19, 31, 16, 31, 32, 19, 20, 32, 31, 19, 32, 32, 20, 33, 17, 32, 33, 33, 20, 34, 35, 25, 36, 1, 36, 37,
  25, 26, 37, 36, 25, 37, 2, 37, 38, 37, 26, 38, 2, 38, 39, 26, 27, 39, 38, 26, 39, 20, 21, 40, 34, 20, 40, 24, 25,
  40, 25, 35, 40, 35, 34, 40, 24, 40, 41, 40, 21, 41, 43, 44, 46, 44, 45, 46, 44, 43, 47, 43, 46, 48, 45, 44, 51,
  44, 50, 51, 45, 51, 52, 46, 45, 53, 45, 52, 53, 46, 53, 54, 50, 49, 61, 49, 60, 61, 51, 50, 62, 52, 51, 62, 52,
  62, 63, 53, 52, 64, 52, 63, 64, 54, 53, 64, 55, 54, 65, 56, 55, 65, 57, 56, 66, 64, 63, 66, 54, 64, 66, 65, 54,
  66, 56, 65, 66, 58, 57, 67, 57, 66, 67, 59, 58, 67, 66, 63, 67, 50, 61, 68, 62, 50, 68, 61, 60, 68, 60, 59, 68,
  59, 67, 68, 63, 62, 68, 67, 63, 68, 60, 49, 75, 55, 56, 76, 69, 13, 77, 5, 70, 78, 11, 10, 79, 59, 60, 79, 60, 75,
  79, 8, 7, 80, 56, 57, 80, 76, 56, 80, 14, 13, 81, 13, 69, 81, 71, 14, 81, 69, 73, 81, 73, 71, 81, 5, 4, 82, 70, 5,
  82, 4, 72, 82, 72, 74, 82, 74, 70, 82, 15, 14, 83, 14, 71, 83, 18, 30, 83, 71, 18, 83, 30, 15, 83, 4, 3, 84, 72,
  4, 84, 3, 39, 84, 39, 27, 84, 27, 72, 84, 10, 9, 85, 79, 10, 85, 58, 59, 85, 59, 79, 85, 57, 58, 86, 80, 57, 86,
  9, 8, 86, 85, 9, 86, 8, 80, 86, 58, 85, 86, 44, 47, 87, 50, 44, 87, 47, 73, 87, 73, 69, 87, 49, 50, 87, 75, 49,
  87, 69, 77, 87, 77, 75, 87, 48, 46, 88, 46, 54, 88, 74, 48, 88, 70, 74, 88, 54, 55, 88, 55, 76, 88, 76, 78, 88,
  78, 70, 88, 12, 77, 89, 77, 13, 89, 5, 78, 90, 78, 6, 90, 16, 32, 91, 32, 17, 91, 1, 37, 92, 37, 2, 92, 21, 22,
  93, 41, 21, 93, 42, 41, 93, 43, 42, 93, 47, 43, 93, 29, 24, 94, 24, 41, 94, 41, 42, 94, 42, 43, 94, 43, 48, 94,
  75, 77, 95, 77, 12, 95, 12, 11, 95, 11, 79, 95, 79, 75, 95, 6, 78, 96, 78, 76, 96, 7, 6, 96, 80, 7, 96, 76, 80,
  96, 0, 17, 97, 17, 33, 97, 33, 34, 97, 1, 0, 97, 34, 35, 97, 35, 36, 97, 36, 1, 97, 15, 30, 98, 30, 16, 98, 2, 39,
  99, 39, 3, 99, 23, 18, 100, 18, 71, 100, 71, 73, 100, 27, 28, 101, 72, 27, 101, 74, 72, 101, 73, 47, 102, 47, 93,
  102, 22, 23, 102, 23, 100, 102, 93, 22, 102, 100, 73, 102, 48, 74, 103, 94, 48, 103, 28, 29, 103, 101, 28, 103,
  29, 94, 103, 74, 101, 103,
]; // prettier-ignore

/** Of the triangles around a point, by area, so many must face the camera for it to count as seen. */
const FACING_SHARE = 0.75;

/**
 * @param points - As `carryPoints` gives them, pixels of any picture.
 * @param isMirrored - That picture is mirrored.
 * @returns For each point 1 where its surroundings face the camera, 0 where they are turned over.
 */
export function seenPoints(points: Float32Array, isMirrored = false): Uint8Array {
  const count = points.length / 2;
  const facing = new Float32Array(count);
  const all = new Float32Array(count);
  for (let t = 0; t < TRIANGLES.length; t += 3) {
    const corners = [TRIANGLES[t], TRIANGLES[t + 1], TRIANGLES[t + 2]];
    const [a, b, c] = corners.map((point) => 2 * point);
    const twiceArea =
      (points[c] - points[a]) * (points[b + 1] - points[a + 1]) -
      (points[b] - points[a]) * (points[c + 1] - points[a + 1]);
    const isFacing = twiceArea > 0 !== isMirrored;
    for (const point of corners) {
      all[point] += Math.abs(twiceArea);
      if (isFacing) facing[point] += Math.abs(twiceArea);
    }
  }
  return Uint8Array.from(facing, (area, i) => (all[i] > 0 && area >= FACING_SHARE * all[i] ? 1 : 0));
}
