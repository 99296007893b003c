// Arrays of numbers as text inside JSON, bit for bit: base64 of the (little-endian) bytes.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function bytesToText(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = Math.min(4, bytes.length - i + 1);
    for (let k = 0; k < digits; k++) text += DIGITS[(group >> (18 - 6 * k)) & 63];
  }
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
}

/** @throws {RangeError} when the text is not base64. */
export function textToBytes(text: string): Uint8Array {
  const digits = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  if (/[^A-Za-z0-9+/]/.test(digits)) throw new RangeError('not base64');
  for (let i = 0, to = 0; i < digits.length; i += 4, to += 3) {
    let group = 0;
    for (let k = 0; k < 4; k++) group = (group << 6) | Math.max(0, DIGITS.indexOf(digits[i + k] ?? 'A'));
    for (let k = 0; k < 3 && to + k < bytes.length; k++) bytes[to + k] = (group >> (16 - 8 * k)) & 255;
  }
  return bytes;
}

export function floatsToText(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((v, i) => view.setFloat32(i * 4, v, true));
  return bytesToText(new Uint8Array(view.buffer));
}

/** @throws {RangeError} when the text is not base64 of whole floats. */
export function textToFloats(text: string): Float32Array {
  const bytes = textToBytes(text);
  if (bytes.length % 4 !== 0) throw new RangeError('not base64 of float32 numbers');
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true));
}
