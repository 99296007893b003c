// The law of imports, as data: which room may import which, and where each runs. check-rooms.ts enforces it, and
// ARCHITECTURE.md shows it to people; a test holds the two together.

export interface Room {
  readonly mayImport: readonly string[];
  /** `anywhere`: its files meet neither Node nor the DOM. */
  readonly runsIn: 'anywhere' | 'browser or Node' | 'Node';
}

/** From the ground up. A room is created when its first file is written. */
export const ROOMS: Readonly<Record<string, Room>> = {
  core: { runsIn: 'anywhere', mayImport: [] },
  onnx: { runsIn: 'anywhere', mayImport: ['core'] },
  face: { runsIn: 'anywhere', mayImport: ['core', 'onnx'] },
  model: { runsIn: 'anywhere', mayImport: ['core', 'onnx'] },
  measure: { runsIn: 'anywhere', mayImport: ['core', 'face'] },
  trust: { runsIn: 'anywhere', mayImport: ['core'] },
  library: { runsIn: 'anywhere', mayImport: ['core', 'face', 'trust'] },
  likeness: { runsIn: 'anywhere', mayImport: ['core', 'face', 'model', 'measure', 'trust', 'library'] },
  reage: { runsIn: 'anywhere', mayImport: ['core', 'face'] },
  finals: { runsIn: 'anywhere', mayImport: ['core', 'face', 'measure', 'reage', 'trust'] },
  adapters: {
    runsIn: 'browser or Node',
    mayImport: ['core', 'onnx', 'face', 'model', 'measure', 'trust', 'library', 'likeness', 'reage', 'finals'],
  },
  cli: {
    runsIn: 'Node',
    mayImport: [
      'core',
      'onnx',
      'face',
      'model',
      'measure',
      'trust',
      'library',
      'likeness',
      'reage',
      'finals',
      'adapters',
    ],
  },
};
