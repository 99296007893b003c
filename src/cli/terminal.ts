// Questions to a person at a terminal.

import { createInterface } from 'node:readline';
import { CodedError } from '../core/index.ts';

export interface Terminal {
  /**
   * Asks on standard error, so that standard output stays for results. What was typed ahead or pasted is kept for the
   * next question.
   * @returns the answer, trimmed.
   * @throws {CodedError} `cli/stopped` when the person leaves instead (Ctrl-C, Ctrl-D)
   */
  ask(question: string): Promise<string>;
  close(): void;
}

/** null where nobody sits at a terminal. The receiver closes it. */
export function openTerminal(): Terminal | null {
  if (!process.stdin.isTTY) return null;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const lines = reader[Symbol.asyncIterator]();
  return {
    async ask(question) {
      reader.setPrompt(question);
      reader.prompt();
      const { value, done } = await lines.next();
      if (!done) return String(value).trim();
      throw new CodedError('cli/stopped', 'Stopped at a question; nothing was done.', {
        hint: 'Run the command again, or give the answers as options (--help lists them).',
      });
    },
    close: () => reader.close(),
  };
}
