// The likenesses of the performer whose clips are measured: out of a production, or the one that ships in their folder.

import { newestFinished } from '../../adapters/node/likeness-files.ts';
import type { Production } from '../../adapters/node/production.ts';
import { shippedLikeness } from '../../adapters/node/shipped-likeness.ts';
import type { PerformerFolder } from '../../adapters/node/performer-folder.ts';
import type { Consented } from '../../core/index.ts';
import { isCodedError } from '../../core/index.ts';
import { findPerformer, recordInForce } from '../../library/index.ts';
import { requireConsent } from '../../trust/index.ts';
import { productionNearby, today } from '../production.ts';
import type { ChosenLikeness } from '../reage/likeness.ts';
import { PRIOR, chooseLikenesses, likenessFiles } from '../reage/likeness.ts';
import type { LikenessesFor } from './fidelity.ts';
import { agesOf, underManifest } from './fidelity.ts';

/** The word for the likeness that ships with a performer. */
const SHIPPED = 'shipped';

/**
 * The version that was asked for; else the newest finished one of a production that knows the performer; else what ships.
 *
 * @param named - Of --production; without it the nearest one, if there is one.
 * @param wanted - Of --likeness: a version, `shipped` or `prior`.
 */
export function likenessToMeasure(named: string | undefined, wanted: string | undefined): LikenessesFor {
  return async (folder) => {
    if (wanted === PRIOR) return [];
    const found = wanted === SHIPPED ? null : await likenessInProduction(named, wanted, folder);
    const chosen = found ?? (await likenessInFolder(folder));
    return chosen ? [chosen] : [];
  };
}

/** @throws {CodedError} what `shippedLikeness` throws */
export async function likenessInFolder(folder: PerformerFolder): Promise<Consented<ChosenLikeness> | null> {
  const shipped = await shippedLikeness(folder.folder);
  return shipped && underManifest({ ...(await likenessFiles(shipped)), name: SHIPPED }, folder);
}

async function likenessInProduction(
  named: string | undefined,
  wanted: string | undefined,
  folder: PerformerFolder,
): Promise<Consented<ChosenLikeness> | null> {
  const production = productionNearby(named, wanted !== undefined);
  if (!production) return null;
  try {
    const known = performerIn(production, folder.performer, wanted !== undefined);
    if (!known) return null;
    // also one that renders would not take
    const version = wanted ?? (await newestFinished(production.performerFolder(known.slug)))?.record.name;
    if (version === undefined) return null;
    const chosen = (await chooseLikenesses(version, production, [known.name])).of(known.name);
    const record = recordInForce(production.catalogue.consents(known.slug));
    const use = { performer: known.name, production: production.title, targetAges: agesOf(folder), on: today() };
    return requireConsent(chosen, record, { kind: 'render', ...use });
  } finally {
    production.close();
  }
}

/** null where the library does not know the performer, unless it has to. */
function performerIn(
  { catalogue }: Production,
  performer: string,
  mustBeKnown: boolean,
): ReturnType<typeof findPerformer> | null {
  try {
    return findPerformer(catalogue, performer);
  } catch (error) {
    if (!mustBeKnown && isCodedError(error)) return null;
    throw error;
  }
}
