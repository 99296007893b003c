// A picture read at places moved by a flow. The picture is data: only the flow gets a gradient, the bilinear derivative,
// which needs no scattering: it is sampled from the differences between neighbours.
import type { Value } from '../onnx/index.ts';
import { pictureShape } from './tape.ts';
import type { Tape, Traced } from './tape.ts';

/**
 * y(p) = picture(p + flow(p)), bilinear, the border held, pixel centres at + 0.5.
 *
 * @param picture - [N, C, H, W], data
 * @param flow - [N, 2, H, W]: x, y in pixels
 * @throws {RangeError} when the picture is not data or shapes differ.
 */
export function warp(picture: Traced, flow: Traced): Traced {
  const [n, c, h, w] = pictureShape(picture);
  if (picture.tracked) throw new RangeError('a warped picture gets no gradient: give it as data, or detach it');
  if (flow.shape.join() !== [n, 2, h, w].join())
    throw new RangeError(`flow of shape [${flow.shape}] does not fit a picture of [${picture.shape}]`);
  const { tape } = flow;
  const { graph } = tape;
  // index space: 0 is the centre of the first pixel
  const place = graph.node('Add', [flow.value, ownPlaces(tape, h, w)]); // [N, 2, H, W]
  const y = sample(tape, picture.value, place, w, h);
  return tape.record(y, [n, c, h, w], [flow], (dy) => {
    const [x0, y0] = graph.nodes('Split', [place], 2, { axis: 1 }); // [N, 1, H, W] each
    const along = (axis: 2 | 3): Value => {
      // differences d(i) = picture(i + 1) - picture(i), 0 outside: one more than there are pixels, so that index
      // floor(place) + 1 meets a 0 wherever the place is held at the border
      const differences = neighbours(tape, picture.value, axis, axis === 3 ? w : h);
      const whole = graph.node('Add', [graph.node('Floor', [axis === 3 ? x0 : y0]), graph.floats(1)]);
      const at = graph.node('Concat', axis === 3 ? [whole, y0] : [x0, whole], { axis: 1 });
      const slope = sample(tape, differences, at, axis === 3 ? w + 1 : w, axis === 2 ? h + 1 : h);
      return graph.node('ReduceSum', [graph.node('Mul', [dy, slope]), graph.integers([1])], { keepdims: 1 });
    };
    return [graph.node('Concat', [along(3), along(2)], { axis: 1 })];
  });
}

/** [1, 2, H, W]: each pixel's own column and row. */
function ownPlaces({ graph }: Tape, h: number, w: number): Value {
  const places = Float32Array.from({ length: 2 * h * w }, (_, k) => (k < h * w ? k % w : Math.floor((k - h * w) / w)));
  return graph.constant(places, [1, 2, h, w]);
}

/** @param place - [N, 2, H, W], index space of a picture of `w` x `h`. */
function sample({ graph }: Tape, picture: Value, place: Value, w: number, h: number): Value {
  // GridSample counts -1..1 from edge to edge: (2 p + 1) / size - 1
  const factor = graph.floats([2 / w, 2 / h], [1, 2, 1, 1]);
  const shift = graph.floats([1 / w - 1, 1 / h - 1], [1, 2, 1, 1]);
  const grid = graph.node('Add', [graph.node('Mul', [place, factor]), shift]);
  return graph.node('GridSample', [picture, graph.node('Transpose', [grid], { perm: [0, 2, 3, 1] })], {
    mode: 'bilinear',
    padding_mode: 'border',
    align_corners: 0,
  });
}

function neighbours({ graph }: Tape, picture: Value, axis: 2 | 3, size: number): Value {
  const part = (begin: number, end: number): Value =>
    graph.node('Slice', [picture, graph.integers([begin]), graph.integers([end]), graph.integers([axis])]);
  const difference = graph.node('Sub', [part(1, size), part(0, size - 1)]);
  const pads = axis === 3 ? [0, 0, 0, 1, 0, 0, 0, 1] : [0, 0, 1, 0, 0, 0, 1, 0];
  return graph.node('Pad', [difference, graph.integers(pads)]);
}
