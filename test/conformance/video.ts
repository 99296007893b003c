// What a driver of clips must do. Run by video.test.ts.

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staticHdr } from '../../scripts/fixtures/file-tags.ts';
import { HD, toPlate } from '../../scripts/fixtures/plates.ts';
import { colorCodes } from '../../src/adapters/node/video-color.ts';
import type { ColorTags, Plate, PlateLayout, SampleDepth } from '../../src/core/index.ts';
import { copyPlate, SRGB, timecodeAt, toNumber } from '../../src/core/index.ts';
import type { FrameRange, PictureStream, VideoCodec, VideoFiles, VideoFrame } from '../../src/finals/index.ts';
import { fixture, fixtureFile, fixtures } from '../fixture-folder.ts';
import { hashPlate, meanDifference, noisePlate, wavePlate } from '../plate-samples.ts';
import { soundPackets } from '../sound-packets.ts';

const BAD = 'test/fixtures/bad';

interface Seen {
  readonly index: number;
  readonly pts: number;
  readonly durationPts: number;
  readonly hash: string;
}

export function describeVideoFiles(name: string, load: () => Promise<VideoFiles>): void {
  describe(`${name} as VideoFiles`, () => {
    let videos: VideoFiles;
    let folder: string;
    beforeAll(async () => {
      videos = await load();
      folder = await mkdtemp(path.join(tmpdir(), 'dorian-video-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    const at = (file: string): string => path.join(folder, file);

    async function see(file: string, range?: FrameRange): Promise<Seen[]> {
      const reader = await videos.open(file);
      const seen: Seen[] = [];
      for await (using frame of reader.frames(range)) seen.push(note(frame));
      await reader.close();
      return seen;
    }

    async function firstPlate(file: string): Promise<Plate> {
      const reader = await videos.open(file);
      for await (using frame of reader.frames({ to: 1 })) return copyPlate(frame.plate);
      throw new Error(`${file} has no frame`);
    }

    async function write(
      file: string,
      picture: PictureStream,
      codec: VideoCodec,
      frames: readonly (readonly [Plate, number, number])[],
    ): Promise<void> {
      const writer = await videos.create(file, { picture, codec });
      for (const [plate, pts, duration] of frames) await writer.write(plate, pts, duration);
      await writer.finish();
    }

    describe('reading', () => {
      it.each(fixtures.filter(({ kind }) => kind === 'clip').map((clip) => clip.name))(
        'tells what %s is',
        async (clip) => {
          const { facts, faces } = fixture(clip);
          const reader = await videos.open(fixtureFile(clip));
          const { info } = reader;
          expect(info).toMatchObject({ frameCount: faces.length, declaredFrameCount: faces.length, reAged: null });
          expect(info).toMatchObject({
            rotationDegrees: facts?.rotationDegrees ?? 0,
            isVariableFrameRate: facts?.isVariableFrameRate ?? false,
            soundStreams: facts?.soundStreams ?? 0,
            timecode: facts?.timecode ?? null,
            depth: facts?.depth,
            frameRate: facts?.isVariableFrameRate ? info.frameRate : facts?.frameRate,
          });
          expect(info.metadata.title).toBe(clip);
          await reader.close();
        },
      );

      it.each(['shot-cut', 'variable-rate', 'ten-bit', 'profile'])(
        'finds each frame of %s by its number',
        async (clip) => {
          const all = await see(fixtureFile(clip));
          expect(all.map(({ index }) => index)).toEqual(all.map((_, i) => i));
          for (const from of [0, 5, all.length - 1]) {
            expect(await see(fixtureFile(clip), { from, to: from + 1 })).toEqual([all[from]]);
          }
          expect(await see(fixtureFile(clip), { from: 7, to: 10 })).toEqual(all.slice(7, 10));
          expect(await see(fixtureFile(clip), { from: 4, to: 4 })).toEqual([]);
        },
      );

      it('gives exact times where frames differ in length', async () => {
        const durations = [1000, 1001, 2000, 800, 3000, 1000];
        const all = await see(fixtureFile('variable-rate'));
        let pts = 0;
        all.forEach((frame, i) => {
          expect([frame.pts, frame.durationPts]).toEqual([pts, durations[i % 6]]);
          pts += durations[i % 6];
        });
      });

      it('turns what a phone stored lying down', async () => {
        const [one, other] = [
          await firstPlate(fixtureFile('rotated-90')),
          await firstPlate(fixtureFile('rotated-270')),
        ];
        expect([one.width, one.height, other.width, other.height]).toEqual([480, 640, 480, 640]);
        // one scene, coded in two directions
        expect(meanDifference(one, other)).toBeLessThan(0.004);
      });

      it('reads the tags of HDR and float', async () => {
        const pq = await videos.open(fixtureFile('hdr-pq'));
        expect(pq.info.hdrMetadata).toEqual(staticHdr());
        expect(pq.info.color).toEqual({ matrix: 'bt2020', transfer: 'pq', primaries: 'bt2020', range: 'limited' });
        const float = await firstPlate(fixtureFile('linear-float'));
        expect(float).toMatchObject({ layout: 'rgb', depth: 'float', color: { transfer: 'linear' } });
        // the lamp
        expect(float.planes[0].samples[70 * 512 + 440]).toBeGreaterThan(3.5);
      });

      it('hands out plates that are the receiver’s own until they are closed', async () => {
        const reader = await videos.open(fixtureFile('shot-cut'));
        const held: VideoFrame[] = [];
        for await (const frame of reader.frames({ to: 3 })) held.push(frame);
        const hashes = held.map(({ plate }) => hashPlate(plate));
        expect(new Set(hashes).size).toBe(3);
        held[0].plate.planes[0].samples.fill(0);
        expect(hashPlate(held[1].plate)).toBe(hashes[1]);
        expect(held[0].plate.planes[0].samples.buffer).toBeInstanceOf(SharedArrayBuffer);
        for (const frame of held) frame.close();
        const reused = held.map(({ plate }) => plate);
        for await (using frame of reader.frames({ to: 3 })) expect(reused).toContain(frame.plate);
        await reader.close();
      });

      it('stops when it is told to', async () => {
        const reader = await videos.open(fixtureFile('leaves'));
        const stop = new AbortController();
        let count = 0;
        const loop = async (): Promise<void> => {
          for await (using frame of reader.frames({ signal: stop.signal })) {
            count = frame.index + 1;
            if (frame.index === 2) stop.abort(new Error('enough'));
          }
        };
        await expect(loop()).rejects.toThrow('enough');
        expect(count).toBeLessThan(24);
        expect(() => reader.frames({ from: -1 })).toThrow(RangeError);
        expect(() => reader.frames({ from: 99 })).toThrow(RangeError);
        await reader.close();
      });
    });

    describe('writing', () => {
      const FORMS: readonly (readonly [PlateLayout, SampleDepth, ColorTags])[] = [
        ['yuv420', 8, HD],
        ['yuv422', 8, HD],
        ['yuv444', 8, HD],
        ['yuv420', 10, HD],
        ['yuv422', 10, HD],
        ['yuv444', 12, HD],
        ['yuv422', 16, HD],
        ['rgb', 8, SRGB],
        ['rgb', 10, SRGB],
        ['rgb', 16, SRGB],
        ['rgb', 'half', { ...SRGB, transfer: 'linear' }],
        ['rgb', 'float', { ...SRGB, transfer: 'linear' }],
      ];

      it.each(FORMS)('keeps every bit of %s %s in ffv1', async (layout, depth, color) => {
        const plates = [1, 2, 3].map((seed) => noisePlate(67, 41, layout, depth, color, seed));
        const picture = describePicture(plates[0]);
        const file = at(`lossless-${layout}-${depth}.mkv`);
        await write(file, picture, 'ffv1', plates.map((plate, i) => [plate, i * 1000, 1000])); // prettier-ignore
        const reader = await videos.open(file);
        expect(reader.info).toMatchObject({ layout, depth, width: 67, height: 41, color });
        const seen = await see(file);
        expect(seen.map(({ hash }) => hash)).toEqual(plates.map(hashPlate));
      });

      it.each([
        ['h264', 'mp4', 'yuv420', 8, 'yuv420', 8],
        ['h264', 'mov', 'yuv422', 10, 'yuv422', 10],
        ['h264', 'mov', 'yuv444', 8, 'yuv444', 8],
        ['h264', 'mp4', 'rgb', 8, 'yuv420', 8],
        ['h264', 'mov', 'yuv420', 16, 'yuv420', 10],
        ['prores', 'mov', 'yuv422', 10, 'yuv422', 10],
        ['prores', 'mov', 'yuv420', 8, 'yuv422', 10],
        // FFmpeg reads all of ProRes 4444 as 12 bit
        ['prores', 'mov', 'yuv444', 10, 'yuv444', 12],
      ] as const)('%s in .%s holds %s %i as %s %i', async (codec, container, layout, depth, stored, storedDepth) => {
        const color = layout === 'rgb' ? SRGB : HD;
        const plates = [0, 1, 2].map((frame) => wavePlate(128, 96, layout, depth, color, frame));
        const file = at(`${codec}-${layout}-${depth}.${container}`);
        await write(file, describePicture(plates[0]), codec, plates.map((plate, i) => [plate, i * 1000, 1000])); // prettier-ignore
        const found = await firstPlate(file);
        expect([found.layout, found.depth]).toEqual([stored, storedDepth]);
        const isSameForm = layout === stored && depth === storedDepth;
        expect(isSameForm ? meanDifference(found, plates[0]) : 0).toBeLessThan(0.006);
      });

      it('turns RGB into YUV by the matrix that it names', async () => {
        const patches: [number, number, number][] = [[1, 1, 1], [0.7, 0.5, 0.4], [0.1, 0.2, 0.8], [0, 0, 0]]; // prettier-ignore
        for (const [i, patch] of patches.entries()) {
          const rgb = Float32Array.from({ length: 64 * 64 * 3 }, (_, k) => patch[k % 3]);
          const canvas = { width: 64, height: 64, rgb };
          const plate = toPlate(canvas, { layout: 'rgb', depth: 8, color: SRGB });
          await write(at(`patch-${i}.mp4`), describePicture(plate), 'h264', [[plate, 0, 1000]]);
          const found = await firstPlate(at(`patch-${i}.mp4`));
          expect(found.color).toMatchObject({ matrix: 'bt709', range: 'limited' });
          const expected = toPlate(canvas, { layout: 'yuv420', depth: 8, color: HD });
          const middle = 32 * 64 + 32;
          found.planes.forEach(({ samples }, k) => {
            const index = k === 0 ? middle : 16 * 32 + 16;
            expect(Math.abs(samples[index] - expected.planes[k].samples[index])).toBeLessThanOrEqual(1);
          });
        }
      });

      it('keeps rate, timecode, tags, colour and the note of re-ageing', async () => {
        const NTSC = { num: 30000, den: 1001 };
        const plate = wavePlate(
          128,
          96,
          'yuv422',
          10,
          { ...HD, matrix: 'bt2020', primaries: 'bt2020', transfer: 'pq' },
          0,
        );
        const picture: PictureStream = {
          ...describePicture(plate),
          timeBase: { num: 1, den: 30000 },
          frameRate: NTSC,
          pixelAspect: { num: 4, den: 3 },
          hdrMetadata: staticHdr(),
          timecode: '00:00:59;28',
          metadata: { title: 'Zoë, take 3', reel_name: 'A001C003', creation_time: '2024-11-05T09:30:00.000000Z' },
          reAged: 'Re-aged by Dorian: Zoë at 25',
        };
        for (const [codec, file] of [
          ['prores', 'tags.mov'],
          ['h264', 'tags.mp4'],
        ] as const) {
          // prettier-ignore
          await write(at(file), picture, codec, [0, 1, 2].map((i) => [plate, i * 1001, 1001])); // prettier-ignore
          const { info } = await videos.open(at(file));
          const { color, colorCodes: codes, frameRate, timecode, reAged, pixelAspect, hdrMetadata } = info;
          expect({ color, frameRate, timecode, reAged, pixelAspect, hdrMetadata }).toEqual({
            color: plate.color,
            frameRate: NTSC,
            timecode: '00:00:59;28',
            reAged: picture.reAged,
            pixelAspect: { num: 4, den: 3 },
            hdrMetadata: staticHdr(),
          });
          expect(codes).toMatchObject({ primaries: 9, transfer: 16, matrix: 9 });
          expect(info.metadata).toMatchObject(picture.metadata);
          expect(timecodeAt(timecode!, frameRate, 2)).toBe('00:01:00;02');
        }
      });

      it('lets no half-written file carry the name, and leaves nothing when it is told to stop', async () => {
        const own = await mkdtemp(path.join(folder, 'whole-'));
        const plate = wavePlate(64, 64, 'yuv420', 8, HD, 0);
        const settings = { picture: describePicture(plate), codec: 'h264' as const };
        const stopped = await videos.create(path.join(own, 'a.mov'), settings);
        await stopped.write(plate, 0, 1000);
        expect(existsSync(path.join(own, 'a.mov'))).toBe(false);
        await stopped.abort();
        expect(await readdir(own)).toEqual([]);
        const writer = await videos.create(path.join(own, 'b.mov'), settings);
        await writer.write(plate, 0, 1000);
        await expect(writer.write(plate, 0, 1000)).rejects.toThrow(RangeError);
        await expect(writer.write(wavePlate(32, 64, 'yuv420', 8, HD, 0), 1000, 1000)).rejects.toThrow(RangeError);
        await writer.finish();
        await writer.abort();
        expect(await readdir(own)).toEqual(['b.mov']);
      });

      it('says what it cannot write', async () => {
        const plate = wavePlate(64, 64, 'rgb', 'float', { ...SRGB, transfer: 'linear' }, 0);
        const picture = describePicture(plate);
        const attempt = (file: string, codec: VideoCodec): Promise<unknown> =>
          videos.create(at(file), { picture, codec });
        await expect(attempt('x.gif', 'ffv1')).rejects.toMatchObject({ code: 'media/unsupported' });
        await expect(attempt('x.mp4', 'prores')).rejects.toMatchObject({ code: 'media/unsupported' });
        await expect(attempt('x.mov', 'h264')).rejects.toMatchObject({ code: 'media/unsupported' });
        await expect(attempt('no/such/folder/x.mkv', 'ffv1')).rejects.toMatchObject({ code: 'media/write-failed' });
      });
    });

    describe('segments', () => {
      it.each([
        ['variable-rate', 'h264', 'mp4'],
        ['timecode-2997-drop', 'h264', 'mov'],
        ['ten-bit', 'prores', 'mov'],
        ['rotated-90', 'h264', 'mov'],
      ] as const)(
        'of %s joined: the frames, times and tags of a run without a stop',
        async (clip, codec, container) => {
          const source = fixtureFile(clip);
          const reader = await videos.open(source);
          const { info } = reader;
          const picture = { ...info, reAged: 'Re-aged by Dorian' };
          const size = 5;
          const segments: string[] = [];
          for (let from = 0; from < info.frameCount; from += size) {
            const bytes: string[] = [];
            for (const run of ['a', 'b']) {
              const segment = at(`${clip}-${from}-${run}.mov`);
              const writer = await videos.create(segment, { picture, codec });
              for await (using frame of reader.frames({ from, to: Math.min(from + size, info.frameCount) }))
                await writer.write(frame.plate, frame.pts, frame.durationPts);
              await writer.finish();
              bytes.push((await readFile(segment)).toString('base64'));
              if (run === 'a') segments.push(segment);
            }
            // a segment that is made again after a kill is the same segment
            expect(bytes[0] === bytes[1]).toBe(true);
          }
          const file = at(`${clip}-joined.${container}`);
          await videos.join(file, { segments, picture });
          const joined = await see(file);
          const apart = (await Promise.all(segments.map((segment) => see(segment)))).flat();
          expect(joined.map(({ hash }) => hash)).toEqual(apart.map(({ hash }) => hash));
          const original = await see(source);
          expect(joined.map(({ pts }) => pts)).toEqual(original.map(({ pts }) => pts));
          expect(joined.map(({ durationPts }) => durationPts)).toEqual(original.map(({ durationPts }) => durationPts));
          const { info: result } = await videos.open(file);
          expect(result).toMatchObject({
            width: info.width,
            height: info.height,
            color: info.color,
            timecode: info.timecode,
            timeBase: info.timeBase,
            rotationDegrees: 0,
            reAged: 'Re-aged by Dorian',
            metadata: info.metadata,
          });
        },
      );

      it('made with other settings do not join', async () => {
        const small = wavePlate(64, 64, 'yuv420', 8, HD, 0);
        const large = wavePlate(96, 64, 'yuv420', 8, HD, 0);
        await write(at('small.mov'), describePicture(small), 'h264', [[small, 0, 1000]]);
        await write(at('large.mov'), describePicture(large), 'h264', [[large, 1000, 1000]]);
        const join = (...names: string[]): Promise<void> =>
          videos.join(at('never.mov'), { segments: names.map(at), picture: describePicture(small) });
        await expect(join('small.mov', 'large.mov')).rejects.toMatchObject({ code: 'media/segments-differ' });
        await expect(join('small.mov', 'small.mov')).rejects.toMatchObject({ code: 'media/segments-differ' });
        await expect(join('absent.mov')).rejects.toMatchObject({ code: 'file/not-found' });
        expect(existsSync(at('never.mov'))).toBe(false);
      });
    });

    describe('sound', () => {
      it.each([
        ['sound', 'mov'],
        ['aac', 'mp4'],
      ])('of %s goes into .%s packet for packet', async (source, container) => {
        const clip = fixtureFile('sound');
        const soundFile = source === 'sound' ? clip : path.join(BAD, 'audio-only.mp4');
        const reader = await videos.open(clip);
        const frames: [Plate, number, number][] = [];
        for await (const { plate, pts, durationPts } of reader.frames()) frames.push([plate, pts, durationPts]);
        const { info } = reader;
        await write(at(`${source}-mute.mov`), info, 'h264', frames);
        const file = at(`${source}-heard.${container}`);
        const sound = { file: soundFile, startPts: 0, timeBase: info.timeBase };
        await videos.join(file, { segments: [at(`${source}-mute.mov`)], picture: info, sound });
        const [before, after] = [await soundPackets(soundFile), await soundPackets(file)];
        expect(before.length).toBeGreaterThan(20);
        expect(after).toEqual(before);
        expect((await see(file)).map(({ hash }) => hash)).toEqual(
          (await see(at(`${source}-mute.mov`))).map(({ hash }) => hash),
        );
      });

      it('of a part of the clip begins where the part begins', async () => {
        const clip = fixtureFile('sound');
        const reader = await videos.open(clip);
        const { timeBase } = reader.info;
        const frames: [Plate, number, number][] = [];
        let [startPts, endPts] = [0, 0];
        for await (const { index, plate, pts, durationPts } of reader.frames({ from: 6, to: 18 })) {
          if (index === 6) startPts = pts;
          endPts = pts + durationPts;
          frames.push([plate, pts - startPts, durationPts]);
        }
        await write(at('part-mute.mov'), reader.info, 'h264', frames);
        const sound = { file: clip, startPts, endPts, timeBase };
        await videos.join(at('part.mov'), { segments: [at('part-mute.mov')], picture: reader.info, sound });
        const [whole, part] = [await soundPackets(clip), await soundPackets(at('part.mov'))];
        const first = whole.findIndex(({ hash }) => hash === part[0].hash);
        expect(part.map(({ hash }) => hash)).toEqual(whole.slice(first, first + part.length).map(({ hash }) => hash));
        const shift = startPts * toNumber(timeBase);
        expect(whole[first].seconds - part[0].seconds).toBeCloseTo(shift, 4);
        expect(whole[first].seconds).toBeLessThanOrEqual(shift + 0.001);
      });

      it('that the container cannot hold is refused, and no file appears', async () => {
        const plate = wavePlate(64, 64, 'yuv420', 8, HD, 0);
        await write(at('opus-mute.mov'), describePicture(plate), 'h264', [[plate, 0, 1000]]);
        const sound = { file: 'test/fixtures/sound/opus.mkv', startPts: 0, timeBase: { num: 1, den: 24000 } };
        const attempt = videos.join(at('opus.mov'), {
          segments: [at('opus-mute.mov')],
          picture: describePicture(plate),
          sound,
        });
        await expect(attempt).rejects.toMatchObject({ code: 'media/sound-unfit' });
        expect(existsSync(at('opus.mov'))).toBe(false);
      });
    });

    describe('bad input', () => {
      it.each([
        ['zero-byte.mp4', 'media/empty'],
        ['audio-only.mp4', 'media/no-picture'],
        ['8k.mp4', 'media/too-large'],
        ['truncated-mdat.mp4', 'media/unreadable'],
        ['bitflip-200.mp4', 'media/unreadable'],
        ['random-64k.jpg', 'media/unreadable'],
        ['absent.mp4', 'file/not-found'],
        ['', 'media/unreadable'],
      ])('%s: %s', async (file, code) => {
        await expect(videos.open(path.join(BAD, file))).rejects.toMatchObject({
          code,
          hint: expect.stringMatching(/\w \w/),
        });
      });

      it('the limit of pixels is the caller’s to set', async () => {
        const reader = await videos.open(path.join(BAD, '8k.mp4'), { maxPixels: 40_000_000 });
        expect(reader.info.width).toBe(7680);
        await expect(videos.open(path.join(BAD, 'ok.mp4'), { maxPixels: 1000 })).rejects.toMatchObject({
          code: 'media/too-large',
        });
      });

      it.each(['ok.mp4', 'hevc10.mp4', 'tiny-2x2.mp4', 'moov-size-lie.mp4'])(
        '%s is a clip all the same',
        async (file) => {
          expect(await see(path.join(BAD, file))).toHaveLength(10);
        },
      );

      it('a name is a name, and a playlist is no clip', async () => {
        const clip = await readFile(path.join(BAD, 'ok.mp4'));
        for (const odd of ['concat:a|b.mp4', "it's %03d; $(x).mp4", 'имя файла.mp4']) {
          await writeFile(at(odd), clip);
          expect(await see(at(odd))).toHaveLength(10);
        }
        await writeFile(
          at('list.m3u8'),
          `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${path.resolve(BAD, 'ok.mp4')}\n`,
        );
        await expect(videos.open(at('list.m3u8'))).rejects.toMatchObject({ code: 'media/unreadable' });
        await writeFile(at('list.txt'), `ffconcat version 1.0\nfile '${path.resolve(BAD, 'ok.mp4')}'\n`);
        await expect(videos.open(at('list.txt'))).rejects.toMatchObject({ code: 'media/unreadable' });
      });

      it('a clip that is cut short gives its good frames, then says how many they were', async () => {
        const whole = await readFile(fixtureFile('profile'));
        await writeFile(at('cut.mkv'), whole.subarray(0, Math.floor(whole.length * 0.6)));
        const reader = await videos.open(at('cut.mkv'));
        const { frameCount, declaredFrameCount } = reader.info;
        expect(frameCount).toBeGreaterThan(4);
        expect(declaredFrameCount).toBe(12);
        const seen: Seen[] = [];
        const loop = async (): Promise<void> => {
          for await (using frame of reader.frames()) seen.push(note(frame));
        };
        await expect(loop()).rejects.toMatchObject({
          code: 'media/truncated',
          message: expect.stringContaining(String(frameCount)),
        });
        const intact = await see(fixtureFile('profile'));
        expect(seen.map(({ hash }) => hash)).toEqual(intact.slice(0, frameCount).map(({ hash }) => hash));
        // inside the good part there is nothing to complain about
        expect(await see(at('cut.mkv'), { from: 2, to: frameCount })).toEqual(seen.slice(2));
      });

      it('flipped bits inside are passed on as damage, not as a crash', async () => {
        const bytes = await readFile(fixtureFile('shot-cut'));
        const start = bytes.indexOf('mdat') + 4000;
        for (let k = 0; k < 40; k++) bytes[start + k * 2003] ^= 1 << (k % 8);
        await writeFile(at('flipped.mov'), bytes);
        const reader = await videos.open(at('flipped.mov'));
        let [good, damaged] = [0, 0];
        let complaint = '';
        try {
          for await (using frame of reader.frames()) {
            if (frame.isDamaged) damaged++;
            else good++;
          }
        } catch (error) {
          complaint = (error as { code: string }).code;
        }
        expect(damaged > 0 || complaint === 'media/undecodable').toBe(true);
        expect(good).toBeGreaterThanOrEqual(0);
      });
    });
  });
}

function note({ index, pts, durationPts, plate }: VideoFrame): Seen {
  return { index, pts, durationPts, hash: hashPlate(plate) };
}

/** 24 frames a second, a thousand units a frame. */
function describePicture({ width, height, layout, depth, color }: Plate): PictureStream {
  return {
    width,
    height,
    layout,
    depth,
    color,
    colorCodes: colorCodes(color, layout),
    hdrMetadata: [],
    pixelAspect: { num: 1, den: 1 },
    timeBase: { num: 1, den: 24000 },
    frameRate: { num: 24, den: 1 },
    timecode: null,
    metadata: {},
    reAged: null,
  };
}
