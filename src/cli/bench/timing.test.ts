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

test('waiting takes elapsed time, and no CPU time to speak of', async () => {
  const times = new StageTimes();
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
  expect(await times.time(() => wait().then(() => 'done'))).toBe('done');
  const row = times.row('case', 'stage');
  expect(row.p50Ms).toBeGreaterThan(50);
  expect(row.cpuMs).toBeLessThan(50);
});

test('plates go forth and back, so that a loop has no cut', () => {
  expect(Array.from({ length: 8 }, (_, i) => forthAndBack(i, 4))).toEqual([0, 1, 2, 3, 2, 1, 0, 1]);
  expect(forthAndBack(5, 1)).toBe(0);
});
