// From checked package bytes to the files of the models folder.
import { faceTablesFile } from '../../face/index.ts';
import type { FaceTables } from '../../face/index.ts';
import {
  apparentAgeNetwork,
  identityNetwork,
  readCanonicalHead,
  readFaceApiWeights,
  readRefinementTables,
  tfliteToOnnx,
} from '../../onnx/index.ts';
import type { FaceApiWeights } from '../../onnx/index.ts';
import { modelsNotice } from './model-notice.ts';
import type { SourceBytes } from './model-packages.ts';
import { MODEL_FILES } from './model-sources.ts';

/** File name -> contents. */
export function convertModels(sources: SourceBytes): ReadonlyMap<string, Uint8Array | string> {
  const identity = faceApiWeights(sources.identityManifest, sources.identityWeights);
  const apparentAge = faceApiWeights(sources.apparentAgeManifest, sources.apparentAgeWeights);
  return new Map<string, Uint8Array | string>([
    [MODEL_FILES.faceDetector, tfliteToOnnx(sources.faceDetector, 'face-detector')],
    [MODEL_FILES.faceMesh, tfliteToOnnx(sources.faceMesh, 'face-mesh')],
    [MODEL_FILES.personMatte, tfliteToOnnx(sources.personMatte, 'person-matte')],
    [MODEL_FILES.identity, identityNetwork(identity)],
    [MODEL_FILES.apparentAge, apparentAgeNetwork(apparentAge)],
    [MODEL_FILES.faceTables, faceTables(sources)],
    [MODEL_FILES.notice, modelsNotice()],
  ]);
}

function faceApiWeights(manifest: Uint8Array, weights: Uint8Array): FaceApiWeights {
  return readFaceApiWeights(new TextDecoder().decode(manifest), weights);
}

// On one line: eight thousand numbers, one to a line, help nobody.
function faceTables(sources: SourceBytes): string {
  const tables: FaceTables = {
    ...readRefinementTables(sources.faceMeshProgram),
    canonical: readCanonicalHead(sources.faceGeometry),
  };
  return `${JSON.stringify({ schema: faceTablesFile.name, version: faceTablesFile.version, ...tables })}\n`;
}
