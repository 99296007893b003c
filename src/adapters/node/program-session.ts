// A training program ready to run, in the way that is quickest here.

import type { TrainingProgram, TrainingSession } from '../../model/index.ts';
import { openLaneSession } from './lane-session.ts';
import { pickProvider } from './onnx.ts';
import type { TrainingSessionOptions } from './training-session.ts';
import { DEFAULT_THREADS, openTrainingSession } from './training-session.ts';

/**
 * Loads a training: in lanes where that is quicker, and the program has them. The caller closes it.
 *
 * @throws {CodedError} as `openTrainingSession`
 */
export function openProgramSession(
  { graph, groups, lanes }: TrainingProgram,
  options: TrainingSessionOptions = {},
): Promise<TrainingSession> {
  const { threads = DEFAULT_THREADS } = options;
  if (lanes && threads >= lanes.count && pickProvider(options.provider) === 'cpu')
    return openLaneSession(lanes, groups, threads);
  return openTrainingSession(graph, options);
}
