// Every picture of a clip with its exact time, found by counting the packets without decoding any: what makes a frame
// number mean one picture, whatever the container. Pure bookkeeping; who reads the packets stands in video-probe.ts.

/** One packet of the picture stream, in the order of the file; times in the stream's time base. */
export interface PacketFacts {
  readonly pts: number;
  readonly dts: number;
  readonly duration: number;
  readonly isKey: boolean;
  /** Cut off or marked as broken by the container. */
  readonly isCorrupt: boolean;
  /** Outside the container's edit list: decoded for others' sake, never shown. */
  readonly isHidden: boolean;
}

export interface PacketIndex {
  /** Shown frames in the order of display. */
  readonly pts: readonly number[];
  readonly durations: readonly number[];
  /** Places where decoding can start, in the order of the file. */
  readonly keys: readonly { readonly pts: number; readonly dts: number }[];
  readonly isVariableRate: boolean;
}

/** Most frames that codecs reorder; a torn end can have holes no further back. */
const REORDER_FRAMES = 16;

/** Differences of durations up to here are rounding (Matroska counts in whole milliseconds). */
const ROUNDING_TICKS = 2;

/**
 * @param packets - All of the stream.
 * @param firstPts - Time of the first frame that the decoder gives; earlier ones lean on frames that are not in the file.
 * @param endPts - Where the container says that the picture ends; null where it does not say.
 * @param isTorn - The file ends before its time: frames after a hole near the end are left out, since their numbers
 *   would be wrong.
 */
export function indexPackets(
  packets: readonly PacketFacts[],
  firstPts: number,
  endPts: number | null,
  isTorn: boolean,
): PacketIndex {
  const lastWhole = packets.findLastIndex((packet) => !packet.isCorrupt);
  const shown = packets
    .slice(0, lastWhole + 1)
    .filter((packet) => !packet.isHidden && packet.pts >= firstPts)
    .sort((x, y) => x.pts - y.pts)
    .filter((packet, i, all) => i === 0 || packet.pts > all[i - 1].pts);
  const whole = isTorn ? beforeHole(shown) : shown;
  const pts = whole.map((packet) => packet.pts);
  const between = pts.slice(1).map((time, i) => time - pts[i]);
  const typical = median(between) || whole.at(-1)?.duration || 1;
  const last = lastDuration(whole.at(-1), isTorn ? null : endPts, typical);
  const durations = pts.length > 0 ? [...between, last] : [];
  return {
    pts,
    durations,
    keys: packets.filter((packet) => packet.isKey).map((packet) => ({ pts: packet.pts, dts: packet.dts })),
    isVariableRate: varies(between, typical),
  };
}

/** Packets of reordering codecs carry the length of a neighbour in time of decoding; the end of the stream knows better. */
function lastDuration(packet: PacketFacts | undefined, endPts: number | null, typical: number): number {
  const toEnd = packet && endPts !== null ? endPts - packet.pts : 0;
  if (toEnd > 0 && toEnd < 8 * typical) return toEnd;
  return packet && packet.duration > 0 ? packet.duration : typical;
}

function beforeHole(shown: readonly PacketFacts[]): readonly PacketFacts[] {
  const from = Math.max(0, shown.length - REORDER_FRAMES);
  for (let i = from; i + 1 < shown.length; i++) {
    if (shown[i].duration > 0 && shown[i + 1].pts - shown[i].pts > 1.5 * shown[i].duration)
      return shown.slice(0, i + 1);
  }
  return shown;
}

function varies(durations: readonly number[], typical: number): boolean {
  return durations.some((duration) => {
    const difference = Math.abs(duration - typical);
    return difference > ROUNDING_TICKS && difference > typical * 0.01;
  });
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return [...values].sort((x, y) => x - y)[values.length >> 1];
}

/** Index of the frame shown at `pts`, or -1. Binary search: clips have a hundred thousand frames. */
export function frameAt(index: PacketIndex, pts: number): number {
  let low = 0;
  let high = index.pts.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (index.pts[middle] === pts) return middle;
    if (index.pts[middle] < pts) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/**
 * The packet to start decoding from for the frame shown at `pts`: the last key that is shown no later. Frames that follow
 * such a key and are shown after it lean on nothing before it, in open groups of pictures too.
 */
export function keyBefore(index: PacketIndex, pts: number): { readonly pts: number; readonly dts: number } | null {
  return index.keys.findLast((key) => key.pts <= pts) ?? null;
}

/**
 * Decoding times for packets whose times of display are known, for one stream joined of several: the times of display in
 * order, moved earlier by as many frames as the codec reorders. Strictly growing, never later than the display.
 *
 * @param pts - In the order of decoding, no two alike.
 */
export function decodingTimes(pts: readonly number[]): number[] {
  const sorted = [...pts].sort((x, y) => x - y);
  const rank = new Map(sorted.map((time, i) => [time, i]));
  const delay = pts.reduce((most, time, i) => Math.max(most, i - rank.get(time)!), 0);
  const step = sorted.length > 1 ? sorted[1] - sorted[0] : 1;
  return pts.map((_, i) => (i >= delay ? sorted[i - delay] : sorted[0] - (delay - i) * step));
}
