// What the commands that work in a production share: which one, and today's date.

import type { IsoDay } from '../core/index.ts';
import { isCodedError } from '../core/index.ts';
import type { Production } from '../adapters/node/production.ts';
import { findProduction, openProduction } from '../adapters/node/production.ts';
import { callerFolder, callerPath } from './command.ts';

/** @throws {CodedError} `production/not-found`, `production/newer-version`, `production/damaged`, `production/busy` */
export function openCallersProduction(named: string | undefined): Production {
  return openProduction(findProduction(callerFolder, named === undefined ? undefined : callerPath(named)));
}

/**
 * The production that work on one file belongs to. Without performers of a library it is needed only for a signed record,
 * which is good for the production that it names: then the nearest one, if there is one.
 *
 * @throws {CodedError} as `openCallersProduction`
 */
export function productionOfWork(
  named: string | undefined,
  performers: number,
  consentFiles: number,
): Production | null {
  if (performers > 0) return openCallersProduction(named);
  return named === undefined && consentFiles === 0 ? null : productionNearby(named, named !== undefined);
}

/**
 * The production that was named, else the nearest one.
 *
 * @returns null where there is none and none is needed.
 * @throws {CodedError} as `openCallersProduction`
 */
export function productionNearby(named: string | undefined, isNeeded: boolean): Production | null {
  try {
    return openCallersProduction(named);
  } catch (error) {
    const isMissing = isCodedError(error) && error.code === 'production/not-found';
    if (isMissing && named === undefined && !isNeeded) return null;
    throw error;
  }
}

/** The day where the person is, which is what terms and birthdays are counted by. */
export function today(): IsoDay {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())).toISOString().slice(0, 10);
}
