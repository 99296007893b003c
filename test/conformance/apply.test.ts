// The reference applier against the suite that every faster twin must pass.

import { ChangeApplier } from '../../src/reage/index.ts';
import type { Apply } from './apply.ts';
import { applyConformance } from './apply.ts';

applyConformance('reference', (): Apply => {
  const applier = new ChangeApplier();
  return (plate, input, matteOut) => void applier.apply(plate, input, matteOut);
});
