// How every command ends when it cannot go on: message, hint and code for a person, or one JSON object for a machine.

import { isCodedError } from '../core/index.ts';

export function reportError(error: unknown, asJson: boolean): void {
  process.exitCode = 1;
  const coded = isCodedError(error) ? error : null;
  if (asJson) {
    const facts = coded
      ? { code: coded.code, message: coded.message, hint: coded.hint, retry: coded.retry }
      : { code: 'internal/unexpected', message: String(error instanceof Error ? error.message : error) };
    process.stdout.write(`${JSON.stringify({ schema: 'dorian/error', version: 1, error: facts })}\n`);
    return;
  }
  if (coded) process.stderr.write(`\n${coded.message}\n${coded.hint}\n(${coded.code}, see docs/errors.md)\n`);
  else
    process.stderr.write(
      `\nSomething unexpected went wrong; this is a fault in Dorian, please report it.\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
}
