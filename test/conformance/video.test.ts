// The driver of clips under its suite. Another one (a studio's own ffmpeg over pipes) would be added here.

import { loadVideoFiles } from '../../src/adapters/node/video-files.ts';
import { describeVideoFiles } from './video.ts';

describeVideoFiles('node-av', loadVideoFiles);
