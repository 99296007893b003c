// `npm start`: set-up, then the main job, today the demo. `--once` ends after the demo, also when a studio is there.

import path from 'node:path';
import process from 'node:process';
import { node24, run, setup } from './setup.mjs';

setup();
const passed = process.argv.slice(2).filter((word) => word !== '--once');
process.exit(run(node24(), [path.join('src', 'cli', 'main.ts'), 'demo', ...passed]));
