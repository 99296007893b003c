// Files of networks: writes ONNX and reads the tensors that it stores, reads .tflite and face-api weights and turns both
// into ONNX, and reads the tables that belong to MediaPipe's face mesh. Runs nothing.

export { OnnxGraph } from './graph.ts';
export type { NodeOptions, Value, WriteOptions } from './graph.ts';
export { elementTypeNumber } from './write.ts';
export type { AttributeValue, Attributes, ElementType, FloatAttribute, Shape, TensorData } from './write.ts';
export { readOutputNames, readStoredTensors } from './stored-tensors.ts';
export type { StoredTensor } from './stored-tensors.ts';
export { permute } from './permute.ts';
export { tfliteToOnnx } from './tflite-to-onnx.ts';
export { readFaceApiWeights } from './face-api.ts';
export type { FaceApiWeight, FaceApiWeights } from './face-api.ts';
export { identityNetwork } from './identity-network.ts';
export { apparentAgeNetwork } from './apparent-age-network.ts';
export { readCanonicalHead, readRefinementTables } from './face-tables.ts';
export type { CanonicalHead, RefinementTables } from './face-tables.ts';
