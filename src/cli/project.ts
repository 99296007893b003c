// Where the things that ship with Dorian lie in this checkout.

import path from 'node:path';

export const projectFolder: string = path.resolve(import.meta.dirname, '../..');

/** Networks made by `npm run models`. */
export const modelsFolder: string = path.join(projectFolder, 'models');

export const priorFile: string = path.join(projectFolder, 'assets/prior/prior-256.onnx');

/** The weights that lay what own photos show on what the prior has made: a likeness begins with them. */
export const secondLookFile: string = path.join(projectFolder, 'assets/prior/second-look.onnx');

/** What hair does with age; the same for everybody. */
export const hairFile: string = path.join(projectFolder, 'assets/prior/hair-128.onnx');

/** The synthetic performer of the demo. */
export const demoPerformerFolder: string = path.join(projectFolder, 'assets/performer');

/** Synthetic people, whom the prior is taught with. */
export const peopleFolder: string = path.join(projectFolder, 'assets/people');
