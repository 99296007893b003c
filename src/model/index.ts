// The training engine: records a network and its losses, and emits one ONNX graph that predicts, derives and optimises.
// Knows pictures and masks, no faces.

export { Tape, detach } from './tape.ts';
export type { StaticShape, Traced } from './tape.ts';
export { convolution } from './convolution.ts';
export type { ConvolutionOptions } from './convolution.ts';
export * from './pointwise.ts';
export * from './shape.ts';
export * from './resampling.ts';
export { warp } from './warp.ts';
export * from './losses.ts';
export * from './forgiving.ts';
export { BakedParameters, TrainedParameters } from './parameters.ts';
export type { InitialValue, ParameterPlace, Parameters, Weights } from './parameters.ts';
export { LANES, compileLanes, compileTraining, initialState, weightsOf } from './program.ts';
export type { LaneProgram, ParameterGroup, ProgramOptions, TrainingProgram, TrainingState } from './program.ts';
export { train } from './trainer.ts';
export type {
  CheckpointOptions,
  TrainingOptions,
  TrainingProgress,
  TrainingResult,
  TrainingMove,
  TrainingSetback,
} from './trainer.ts';
export { CHECKPOINT_VERSION, readCheckpoint, requireSameNetwork, weightsIn, writeCheckpoint } from './checkpoint.ts';
export type { Checkpoint } from './checkpoint.ts';
export type { Objective, OptimiserOptions } from './optimiser.ts';
export { CHANGE_CHANNELS, Layers, applyChange, changeNetwork, refineChange } from './network.ts';
export type { ChangeNetworkInput, LayerOptions, TracedChange } from './network.ts';
export { CRITIC_CHANNELS, patchCritic } from './critic.ts';
export { exportNetwork, exportWeights } from './export.ts';
export type { NetworkExport } from './export.ts';
export { SeededRandom } from './random.ts';
export type { RandomState } from './random.ts';
export type * from './needs.ts';
