// The preview of a training: the same photos each time, which the network has not seen where any could be held out, each
// beside what it makes of them at several ages.

import type { Network, Tensor } from '../core/index.ts';
import { CropPlaces, sampleRgb } from '../core/index.ts';
import type { CarriablePhoto } from '../face/index.ts';
import type { CareerCrop } from './career-crops.ts';
import type { KnownInput } from './change-recipe.ts';
import { ageMaps, knownShapes } from './change-recipe.ts';
import { stillCrop, pointsInCrop } from './crop-jitter.ts';
import { Film } from './film.ts';
import type { LikenessRecipe } from './likeness-recipe.ts';
import { OwnPhotos } from './own-photos.ts';

/** Years. */
export const PREVIEW_AGES: readonly number[] = [25, 40, 60, 75];
const PREVIEW_PHOTOS = 4;

/** A picture of the sheet. */
export interface PreviewCell {
  readonly label: string;
  /** Three planes of the crop's side, 0..1. */
  readonly planes: Float32Array;
}

/** What the performer looked like at an age; null where that is not known. */
export type LooksAt = (ageYears: number) => CarriablePhoto | null;

/** Owns its buffers; not re-entrant. */
export class LikenessPreview {
  private readonly photos: readonly CareerCrop[];
  private readonly ages: readonly number[];
  private readonly recipe: Pick<LikenessRecipe, 'sizePx' | 'ownPhotos'>;
  private readonly looksAt: LooksAt;
  private readonly ownPhotos: OwnPhotos;
  private readonly places: CropPlaces;

  /** @param ages - Years that may be shown. */
  constructor(
    photos: readonly CareerCrop[],
    ages: readonly number[],
    recipe: Pick<LikenessRecipe, 'sizePx' | 'ownPhotos'>,
    looksAt: LooksAt,
  ) {
    this.photos = chosen(photos);
    this.ages = ages;
    this.recipe = recipe;
    this.looksAt = looksAt;
    this.ownPhotos = new OwnPhotos(recipe.sizePx, new Film(recipe.sizePx));
    this.places = new CropPlaces(recipe.sizePx);
  }

  /**
   * A row for each photo: as it is, then re-aged.
   *
   * @param network - As `exportChange` makes it with `changed`.
   */
  async draw(network: Network): Promise<PreviewCell[][]> {
    const rows: PreviewCell[][] = [];
    for (const photo of this.photos) rows.push(await this.row(photo, network));
    return rows;
  }

  private async row(photo: CareerCrop, network: Network): Promise<PreviewCell[]> {
    const { sizePx } = this.recipe;
    const crop = stillCrop(photo.points, sizePx);
    const image = new Float32Array(3 * sizePx * sizePx);
    sampleRgb(photo.picture, this.places.setAffine(crop.toPicture), image);
    this.ownPhotos.aim(pointsInCrop(photo.tracked ?? photo.carry, crop), false);
    const cells = [{ label: `photo, ${photo.age.toFixed(0)}`, planes: image }];
    for (const age of this.ages) {
      const { changed } = await network.run(this.inputs(image, photo.age, age));
      cells.push({ label: `${age}`, planes: changed.data.slice() });
    }
    return cells;
  }

  private inputs(image: Float32Array, sourceAge: number, targetAge: number): Record<string, Tensor> {
    const { sizePx, ownPhotos } = this.recipe;
    const plane = sizePx * sizePx;
    const map = (age: number): Tensor => ageMaps(Float32Array.of(age), sizePx / 2);
    const planes = (data: Float32Array): Tensor => ({ data, shape: [1, data.length / plane, sizePx, sizePx] });
    const inputs = { image: planes(image), sourceAge: map(sourceAge), targetAge: map(targetAge) };
    if (ownPhotos === 0) return inputs;
    const empty = Object.entries(knownShapes({ count: 1, sizePx, ownPhotos })).map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((product, n) => product * n, 1));
      return [name, { data, shape }] as const;
    });
    const known = Object.fromEntries(empty) as Record<KnownInput, Tensor>;
    const look = this.looksAt(targetAge);
    if (look) this.ownPhotos.drawClean(look, image, known.own.data, known.ownValid.data);
    return { ...inputs, ...known };
  }
}

/** A few that are well seen, spread over the career. */
function chosen(photos: readonly CareerCrop[]): CareerCrop[] {
  const count = Math.min(PREVIEW_PHOTOS, photos.length);
  return Array.from({ length: count }, (_, k) => {
    const part = photos.slice(Math.floor((k * photos.length) / count), Math.floor(((k + 1) * photos.length) / count));
    return part.reduce((best, one) => (one.weight > best.weight ? one : best));
  });
}
