// The driver that reads and writes clips. Loading it takes 0.1 s and much memory, so it happens when a clip is first
// touched and not when the program starts.

import type { VideoFiles } from '../../finals/index.ts';

export async function loadVideoFiles(): Promise<VideoFiles> {
  return (await import('./video-node-av.ts')).nodeAvVideoFiles;
}
