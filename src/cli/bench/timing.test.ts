import { expect, test } from 'vitest';
import { forthAndBack } from './speed-stages.ts';
import { StageTimes, percentile } from './timing.ts';

test('percentiles are samples, whatever their order', () => {
  const samples = Array.from({ length: 100 }, (_, i) => (i * 37) % 100);
  expect(percentile(samples, 0.5)).toBe(50);
  expect(percentile(samples, 0.95)).toBe(95);
  expect(percentile([7], 0.95)).toBe(7);
  expect(percentile([], 0.5)).toBeNaN();
});

test('a stage is timed from its call to its answer', async () => {
  const times = new StageTimes();
  const answer = new Promise<string>((resolve) => setTimeout(() => resolve('done'), 60));
  expect(await times.time(() => answer)).toBe('done');
  expect(times.row('case', 'stage')).toMatchObject({ case: 'case', stage: 'stage' });
  expect(times.row('case', 'stage').p50Ms).toBeGreaterThan(50);
});

test('plates go forth and back, so that a loop has no cut', () => {
  expect(Array.from({ length: 8 }, (_, i) => forthAndBack(i, 4))).toEqual([0, 1, 2, 3, 2, 1, 0, 1]);
  expect(forthAndBack(5, 1)).toBe(0);
});
