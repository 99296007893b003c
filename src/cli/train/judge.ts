// Marks a finished likeness and the prior by identity on held-out photos, on the path of a render.

import type { Consented, Plate } from '../../core/index.ts';
import { copyPlate, packedRgb } from '../../core/index.ts';
import { StillFinder, identityDistance } from '../../face/index.ts';
import type { CareerCrop, IdentityMarks, LikenessCareer } from '../../likeness/index.ts';
import { FEWEST_PAIRS, identityPairs } from '../../likeness/index.ts';
import type { FaceReader } from '../../measure/index.ts';
import { makeFaceReader } from '../../measure/index.ts';
import type { Predictor } from '../../reage/index.ts';
import { FramePath, lookAt, plainLook } from '../../reage/index.ts';
import { loadFaceNetworks } from '../../adapters/node/face-networks.ts';
import { openLikeness } from '../../adapters/node/open-likeness.ts';
import { modelsFolder } from '../project.ts';
import type { ChosenLikeness } from '../reage/likeness.ts';
import { shippedPrior } from '../reage/likeness.ts';

/**
 * @param career - Under a consent to learn. @param ages - Years that may be shown.
 * @returns null where too few photos are held out to say anything.
 * @throws {CodedError} `models/not-built`, `network/...`
 */
export async function judge(
  { photos }: Consented<LikenessCareer>,
  likeness: ChosenLikeness,
  ages: readonly [number, number],
): Promise<IdentityMarks | null> {
  const pairs = identityPairs(photos, ages);
  if (pairs.length === 0) return null;
  const faces = await loadFaceNetworks(modelsFolder);
  const opened = await Promise.all([openLikeness(await shippedPrior()), openLikeness(likeness)]);
  try {
    const finder = new StillFinder(faces.networks, faces.tables);
    const reader = makeFaceReader(faces.networks, faces.tables);
    const path = new FramePath({ person: faces.networks.person ?? null });
    const sums = [0, 0];
    let count = 0;
    for (const { subject, other } of pairs) {
      const gaps = await gapsOf(
        subject,
        other,
        opened.map(({ predictor }) => predictor),
        { finder, reader, path },
      );
      if (!gaps) continue;
      gaps.forEach((gap, k) => (sums[k] += gap));
      count++;
    }
    if (count < FEWEST_PAIRS) return null;
    return { prior: sums[0] / count, likeness: sums[1] / count, pairs: count };
  } finally {
    await Promise.all([faces, ...opened].map((one) => one.close()));
  }
}

interface JudgeTools {
  readonly finder: StillFinder;
  readonly reader: FaceReader;
  readonly path: FramePath;
}

/** 1 - d(O,G) / d(S,G) of each predictor; null where a face is not seen. */
async function gapsOf(
  subject: CareerCrop,
  other: CareerCrop,
  predictors: readonly Predictor[],
  { finder, reader, path }: JudgeTools,
): Promise<number[] | null> {
  const plate = plateOf(subject);
  const [face] = await finder.find(plate);
  const [before, wanted] = [await reader.read(plate, null), await reader.read(plateOf(other), null)];
  if (!face || !before?.descriptor || !wanted?.descriptor) return null;
  const far = identityDistance(before.descriptor, wanted.descriptor);
  const gaps: number[] = [];
  for (const predictor of predictors) {
    const made = copyPlate(plate);
    const order = { face, sourceAge: subject.age, look: lookAt(plainLook(other.age), 0), predictor };
    await path.reage(made, [order], { faces: [face] });
    const after = await reader.read(made, before);
    if (!after?.descriptor) return null;
    gaps.push(1 - identityDistance(after.descriptor, wanted.descriptor) / far);
  }
  return gaps;
}

function plateOf({ picture }: CareerCrop): Plate {
  return packedRgb(picture.samples, picture.width, picture.height, 3, 8);
}
