// What a re-aged file says of itself.

import type { CastPlan } from '../../finals/index.ts';

/** `Re-aged by Dorian 0.1.0: Mara from 60.5 to 35` */
export function reAgedNote(
  version: string,
  cast: readonly Pick<CastPlan, 'performer' | 'sourceAge' | 'look'>[],
): string {
  const who = cast.map(({ performer, sourceAge, look }) => {
    const ages = look.targetAge.map(({ value }) => value);
    const low = Math.min(...ages);
    const high = Math.max(...ages);
    return `${performer} from ${Number(sourceAge.toFixed(1))} to ${low === high ? low : `${low}-${high}`}`;
  });
  return `Re-aged by Dorian ${version}: ${who.join('; ')}`;
}
