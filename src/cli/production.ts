// What the commands that work in a production share: which one, and today's date.

import type { IsoDay } from '../core/index.ts';
import type { Production } from '../adapters/node/production.ts';
import { findProduction, openProduction } from '../adapters/node/production.ts';
import { callerFolder, callerPath } from './command.ts';

/** @throws {CodedError} `production/not-found`, `production/newer-version`, `production/damaged`, `production/busy` */
export function openCallersProduction(named: string | undefined): Production {
  return openProduction(findProduction(callerFolder, named === undefined ? undefined : callerPath(named)));
}

/** The day where the person is, which is what terms and birthdays are counted by. */
export function today(): IsoDay {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())).toISOString().slice(0, 10);
}
