// Outlines on the 478-point mesh, as lists of point numbers in order. MediaPipe's own contour tables (face oval, eyes,
// lips) and, from its silhouette annotations, the named regions that an artist sets a strength for.

export { FACE_OVAL } from '../core/index.ts';

export const RIGHT_EYE: readonly number[] = [
  33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246,
];
export const LEFT_EYE: readonly number[] = [
  263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466,
];

export const OUTER_LIPS: readonly number[] = [
  61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
];
export const INNER_MOUTH: readonly number[] = [
  78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
];

export const RIGHT_BROW: readonly number[] = [70, 63, 105, 66, 107, 55, 65, 52, 53, 46];
export const LEFT_BROW: readonly number[] = [300, 293, 334, 296, 336, 285, 295, 282, 283, 276];

export const CROWS_FEET: readonly (readonly number[])[] = [
  [33, 130, 226, 113, 124, 156, 34, 143, 111, 31],
  [263, 359, 446, 342, 353, 383, 264, 372, 340, 261],
];
export const EYE_BAGS: readonly (readonly number[])[] = [
  [25, 110, 24, 23, 22, 26, 112, 245, 128, 121, 120, 119, 118, 117, 111, 143],
  [255, 339, 254, 253, 252, 256, 341, 465, 357, 350, 349, 348, 347, 346, 340, 372],
];
export const NOSE_MOUTH_FOLDS: readonly (readonly number[])[] = [
  [129, 203, 206, 216, 212, 57, 186, 92, 165, 98],
  [358, 423, 426, 436, 432, 287, 410, 322, 391, 327],
];
/** Skin that is nearly always bare and unshadowed by hair: where the look of this performer's skin is read from. */
export const SKIN_SAMPLES: readonly (readonly number[])[] = [
  [118, 119, 100, 36, 205, 187, 123, 117],
  [347, 348, 329, 266, 425, 411, 352, 346],
  [6, 122, 196, 3, 51, 45, 4, 275, 281, 248, 419, 351],
  [69, 108, 151, 337, 299, 296, 336, 9, 107, 66],
];
/** The nose from bridge to nostrils: face even where it stands against the background in a half profile. */
export const NOSE: readonly number[] = [168, 122, 114, 217, 49, 64, 98, 97, 2, 326, 327, 294, 279, 437, 343, 351];
