// A progress line with the time left: redrawn in place on a terminal, a line every few seconds elsewhere, nothing with
// --json. Always on standard error, so that standard output stays for results.

const REDRAW_MS = 200;
const PLAIN_LINE_MS = 5000;

export class Progress {
  private readonly startedMs = performance.now();
  private lastMs = -Infinity;
  private done = 0;
  private readonly label: string;
  private readonly total: number;
  private readonly quiet: boolean;

  /** @param total - Units of work, 0 where unknown. */
  constructor(label: string, total: number, quiet: boolean) {
    this.label = label;
    this.total = total;
    this.quiet = quiet;
  }

  /** @param done - Units finished so far, not since the last call. */
  update(done: number, note = ''): void {
    this.done = done;
    const now = performance.now();
    const wait = process.stderr.isTTY ? REDRAW_MS : PLAIN_LINE_MS;
    if (this.quiet || now - this.lastMs < wait) return;
    this.lastMs = now;
    this.print(note);
  }

  finish(note = ''): void {
    if (this.quiet) return;
    this.print(note || `${formatSeconds((performance.now() - this.startedMs) / 1000)} in all`);
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  private print(note: string): void {
    const seconds = (performance.now() - this.startedMs) / 1000;
    const left =
      this.done > 0 && this.total > this.done
        ? `, ${formatSeconds((seconds / this.done) * (this.total - this.done))} left`
        : '';
    const count = this.total > 0 ? `${this.done}/${this.total}${left}` : `${this.done}`;
    const line = `${this.label}: ${count}${note ? ` ${note}` : ''}`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[2K${line}` : `${line}\n`);
  }
}

export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
