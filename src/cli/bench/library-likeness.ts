// The likeness that a production holds of the performer whose clips are measured.

import { findPerformer, recordInForce } from '../../library/index.ts';
import { requireConsent } from '../../trust/index.ts';
import { isCodedError } from '../../core/index.ts';
import type { Production } from '../../adapters/node/production.ts';
import { productionNearby, today } from '../production.ts';
import { PRIOR, chooseLikenesses } from '../reage/likeness.ts';
import type { LikenessFor } from './fidelity.ts';

/**
 * @param named - Of --production; without it the nearest one, if there is one.
 * @param wanted - Of --likeness.
 */
export function likenessInProduction(named: string | undefined, wanted: string | undefined): LikenessFor {
  return async (performer, ages) => {
    if (wanted === PRIOR) return null;
    const production = productionNearby(named, wanted !== undefined);
    if (!production) return null;
    try {
      const known = performerIn(production, performer, wanted !== undefined);
      if (!known) return null;
      const chosen = (await chooseLikenesses(wanted, production, [known.name])).of(known.name);
      if (chosen.name === PRIOR) return null;
      const record = recordInForce(production.catalogue.consents(known.slug));
      const use = { performer: known.name, production: production.title, targetAges: ages, on: today() };
      return requireConsent(chosen, record, { kind: 'render', ...use });
    } finally {
      production.close();
    }
  };
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
