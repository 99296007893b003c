// Samples of elapsed and CPU time, and what is reported of them.

export interface SpeedRow {
  readonly case: string;
  readonly stage: string;
  /** Median and 95th percentile of elapsed time, ms. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Median of the process's CPU time, all its threads, ms: hardly moved by other work on the machine.
   * null where the system does not say. */
  readonly cpuMs: number | null;
}

/** User and system time of this process, all threads, in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** @param share - 0..1. @returns NaN for no samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** To two decimals. */
export function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Samples of one stage. */
export class StageTimes {
  readonly elapsed: number[] = [];
  readonly cpu: number[] = [];

  async time<T>(work: () => Promise<T>): Promise<T> {
    const [elapsed, cpu] = [performance.now(), cpuMs()];
    const result = await work();
    this.elapsed.push(performance.now() - elapsed);
    this.cpu.push(cpuMs() - cpu);
    return result;
  }

  row(name: string, stage: string): SpeedRow {
    return {
      case: name,
      stage,
      p50Ms: hundredth(percentile(this.elapsed, 0.5)),
      p95Ms: hundredth(percentile(this.elapsed, 0.95)),
      cpuMs: hundredth(percentile(this.cpu, 0.5)),
    };
  }
}
