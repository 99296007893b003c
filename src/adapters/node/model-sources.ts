// Where the tracking networks come from: files of npm packages, pinned by size and sha256, and the files that
// `npm run models` makes of them. A table and nothing else.

export interface ModelSource {
  /** npm package and version, as in package.json. */
  readonly package: string;
  readonly version: string;
  /** Path inside the package. */
  readonly file: string;
  /** Size of the whole file, bytes. */
  readonly size: number;
  /** The bytes that are used, [start, end), where they are a part of the file, and the name of that part. */
  readonly part?: { readonly name: string; readonly start: number; readonly end: number };
  /** Of the bytes that are used. */
  readonly sha256: string;
}

const FACE_MESH: Pick<ModelSource, 'package' | 'version'> = {
  package: '@mediapipe/face_mesh',
  version: '0.4.1657299874',
};
const PACKED_ASSETS: Pick<ModelSource, 'package' | 'version' | 'file' | 'size'> = {
  ...FACE_MESH,
  file: 'face_mesh_solution_packed_assets.data',
  size: 3_986_256,
};
const FACE_API: Pick<ModelSource, 'package' | 'version'> = { package: '@vladmandic/face-api', version: '1.7.15' };

/** Lists the parts of the packed assets; its offsets are compared with those below. */
export const PACKED_ASSETS_LOADER: Pick<ModelSource, 'package' | 'version' | 'file'> = {
  ...FACE_MESH,
  file: 'face_mesh_solution_packed_assets_loader.js',
};

export type ModelSourceName =
  | 'faceDetector'
  | 'faceMesh'
  | 'faceGeometry'
  | 'faceMeshProgram'
  | 'personMatte'
  | 'identityManifest'
  | 'identityWeights'
  | 'apparentAgeManifest'
  | 'apparentAgeWeights';

export const MODEL_SOURCES: Readonly<Record<ModelSourceName, ModelSource>> = {
  faceDetector: {
    package: '@mediapipe/face_detection',
    version: '0.4.1657300184',
    file: 'face_detection_full_range.tflite',
    size: 1_083_984,
    sha256: '99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3',
  },
  faceMesh: {
    ...PACKED_ASSETS,
    part: { name: 'face_landmark_with_attention.tflite', start: 0, end: 2_495_952 },
    sha256: '883b7411747bac657c30c462d305d312e9dec6adbf8b85e2f5d8d722fca9455d',
  },
  faceGeometry: {
    ...PACKED_ASSETS,
    part: { name: 'geometry_pipeline_metadata_landmarks.binarypb', start: 3_737_848, end: 3_757_224 },
    sha256: 'bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4',
  },
  faceMeshProgram: {
    ...FACE_MESH,
    file: 'face_mesh_solution_wasm_bin.wasm',
    size: 6_089_181,
    sha256: '5a943471fee57228ee502c0114809746288aaecc134a187afc665da731bc3783',
  },
  personMatte: {
    package: '@mediapipe/selfie_segmentation',
    version: '0.1.1675465747',
    file: 'selfie_segmentation.tflite',
    size: 249_024,
    sha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
  },
  identityManifest: {
    ...FACE_API,
    file: 'model/face_recognition_model-weights_manifest.json',
    size: 19_615,
    sha256: 'cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b',
  },
  identityWeights: {
    ...FACE_API,
    file: 'model/face_recognition_model.bin',
    size: 6_444_032,
    sha256: 'b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589',
  },
  apparentAgeManifest: {
    ...FACE_API,
    file: 'model/age_gender_model-weights_manifest.json',
    size: 8_392,
    sha256: '74b60bf3ebf981bf4e661e9cca3a185614e10b25d797118b62e2a68d3ff2569f',
  },
  apparentAgeWeights: {
    ...FACE_API,
    file: 'model/age_gender_model.bin',
    size: 429_708,
    sha256: '49f92bbc0afef2342c4385e4a2b0acb6d7a727c6f0aa539499719a81acf9abaa',
  },
};

/** What lies in the models folder afterwards. */
export const MODEL_FILES = {
  faceDetector: 'face-detector.onnx',
  faceMesh: 'face-mesh.onnx',
  personMatte: 'person-matte.onnx',
  identity: 'identity.onnx',
  apparentAge: 'apparent-age.onnx',
  faceTables: 'face-tables.json',
  notice: 'NOTICE-models.md',
} as const;
