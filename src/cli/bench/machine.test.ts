import { expect, test } from 'vitest';
import { machineName } from './machine.ts';

test.each([
  ['Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz', 2, 'xeon-8375c-2c'],
  ['AMD EPYC', 2, 'epyc-2c'],
  ['AMD EPYC 7R13 48-Core Processor', 4, 'epyc-7r13-4c'],
  ['AMD Ryzen 9 5950X 16-Core Processor', 32, 'ryzen-9-5950x-32c'],
  ['12th Gen Intel(R) Core(TM) i7-1260P', 16, '12th-gen-i7-1260p-16c'],
  ['Apple M2 Pro', 10, 'apple-m2-pro-10c'],
  ['', 1, 'unknown-1c'],
])('%s with %i cores is %s', (model, cores, name) => {
  expect(machineName(model, cores)).toBe(name);
});
