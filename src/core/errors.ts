// The one error class for everything that a person can act on. A caller's programming mistake is a TypeError or
// RangeError instead; a normal "no" is null.

export interface CodedErrorOptions {
  /** One sentence: what the person can do about it. */
  readonly hint: string;
  /** May the same work succeed if it is run again unchanged? A farm reads this. */
  readonly retry?: boolean;
  readonly cause?: unknown;
}

/** `room/what-happened`, documented in docs/errors.md; a test holds the page and the code together. */
export type ErrorCode = `${string}/${string}`;

export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retry: boolean;

  constructor(code: ErrorCode, message: string, options: CodedErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CodedError';
    this.code = code;
    this.hint = options.hint;
    this.retry = options.retry ?? false;
  }
}

export function isCodedError(error: unknown): error is CodedError {
  return error instanceof CodedError;
}
