// The few globals that every runtime has, seen only by tsconfig.pure.json: rooms marked "anywhere" may use these and
// nothing else of DOM or Node. `console` is left out on purpose: rooms are handed a logger.
interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean });
  decode(input?: ArrayBuffer | ArrayBufferView): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}
declare function structuredClone<T>(value: T): T;
declare const performance: { now(): number };
declare const crypto: {
  randomUUID(): string;
  subtle: { digest(algorithm: string, data: ArrayBufferView | ArrayBuffer): Promise<ArrayBuffer> };
};
