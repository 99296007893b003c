// A performer as a render needs them: age on the plate, look, and the network that re-ages. Rendering takes them only as
// Consented, which trust alone can make.

import type { Tensor } from '../core/index.ts';
import type { Predictor } from '../reage/index.ts';
import type { CastPlan } from './render-job.ts';

export interface CastMember extends CastPlan {
  readonly predictor: Predictor;
  /** Values of the predictor's further inputs. */
  readonly extra?: Readonly<Record<string, Tensor>>;
}
