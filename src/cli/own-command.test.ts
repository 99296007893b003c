import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from './project.ts';
import { asTyped, runOwnCommand } from './own-command.ts';

test('a command is shown as it can be typed in the project', () => {
  const args = ['render', path.join(projectFolder, 'assets/a.mkv'), '--performer', 'Actor A=25', '-o', '/out/b.mp4'];
  expect(asTyped(args)).toBe('npm run -s dorian -- render assets/a.mkv --performer "Actor A=25" -o /out/b.mp4');
});

test('a command that does nothing of its work fails, with its own words', async () => {
  const nowhere = path.join(projectFolder, 'assets/no-such-folder');
  const failed = runOwnCommand(['library', 'nobody', '--production', nowhere], true);
  await expect(failed).rejects.toMatchObject({
    code: 'command/step-failed',
    message: expect.stringContaining('production/not-found'),
  });
});
