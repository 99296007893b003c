// Both drivers of clips under one suite.

import { nodeAvVideoFiles } from '../../src/adapters/node/video-node-av.ts';
import { describeVideoFiles } from './video.ts';

describeVideoFiles('node-av', async () => nodeAvVideoFiles);
