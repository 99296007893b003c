// The packets of a file's sound as they lie in it, for tests of copying: always read by FFmpeg in process, whatever driver
// is under test.

import { createHash } from 'node:crypto';
import { AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { Packet } from '../src/adapters/node/ffmpeg-library.ts';
import { openContainer } from '../src/adapters/node/video-input.ts';
import { toNumber } from '../src/core/index.ts';

export interface SoundPacket {
  readonly hash: string;
  readonly seconds: number;
}

export async function soundPackets(file: string): Promise<SoundPacket[]> {
  const context = await openContainer(file);
  await context.findStreamInfo();
  const found: SoundPacket[] = [];
  using packet = new Packet();
  packet.alloc();
  while ((await context.readFrame(packet)) >= 0) {
    const { codecpar, timeBase } = context.streams[packet.streamIndex];
    if (codecpar.codecType === AVMEDIA_TYPE_AUDIO) {
      const hash = createHash('sha256').update(packet.data!).digest('hex');
      found.push({ hash, seconds: Number(packet.pts) * toNumber(timeBase) });
    }
    packet.unref();
  }
  await context.closeInput();
  return found;
}
