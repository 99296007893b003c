// The likeness that ships with a synthetic performer, in the demo's production: what a newcomer sees is trained to the end.

import { openProduction } from '../../adapters/node/production.ts';
import { shippedLikeness, takeInLikeness } from '../../adapters/node/shipped-likeness.ts';
import { findPerformer, recordInForce } from '../../library/index.ts';
import { requireConsent } from '../../trust/index.ts';
import { today } from '../production.ts';
import type { ChosenLikeness } from '../reage/likeness.ts';
import { likenessFiles } from '../reage/likeness.ts';

/**
 * Takes it into the performer's folder of a production, as the next version; where an earlier run has, finds it.
 *
 * @param performerFolder - Where it may ship.
 * @returns null where none does.
 * @throws {CodedError} `trust/...`, what `shippedLikeness` and `takeInLikeness` throw
 */
export async function demoLikeness(
  performerFolder: string,
  productionFolder: string,
  performer: string,
): Promise<ChosenLikeness | null> {
  const shipped = await shippedLikeness(performerFolder);
  if (!shipped) return null;
  const production = openProduction(productionFolder);
  try {
    const { slug } = findPerformer(production.catalogue, performer);
    const record = recordInForce(production.catalogue.consents(slug));
    const use = { kind: 'learn', performer, production: production.title, on: today() } as const;
    const allowed = requireConsent(shipped, record, use);
    return await likenessFiles(await takeInLikeness(allowed, production.performerFolder(slug)));
  } finally {
    production.close();
  }
}
