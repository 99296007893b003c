import { describe, expect, it } from 'vitest';
import { tinyBatches, tinyProgram } from '../../../test/tiny-training.ts';
import type { LaneProgram, TrainingProgram, TrainingSession, TrainingState } from '../../model/index.ts';
import { initialState, train } from '../../model/index.ts';
import { openLaneSession } from './lane-session.ts';
import { openProgramSession } from './program-session.ts';
import { openTrainingSession } from './training-session.ts';

interface Learned {
  readonly losses: number[];
  readonly norms: number[];
  readonly state: TrainingState;
}

async function learn(
  program: TrainingProgram,
  opening: Promise<TrainingSession>,
  steps: number,
  state: TrainingState = initialState(program, 7),
): Promise<Learned> {
  const [losses, norms]: number[][] = [[], []];
  const session = await opening;
  try {
    const { state: after } = await train({
      program,
      session,
      state,
      source: tinyBatches,
      steps,
      rate: () => 3e-3,
      onProgress: ({ metrics }) => {
        losses.push(metrics.loss);
        norms.push(metrics.gradientNorm);
      },
    });
    return { losses, norms, state: after };
  } finally {
    await session.close();
  }
}

function lanesOf({ lanes }: TrainingProgram): LaneProgram {
  if (!lanes) throw new Error('the program has no lanes');
  return lanes;
}

function inLanes(program: TrainingProgram): Promise<TrainingSession> {
  return openLaneSession(lanesOf(program), program.groups, 2);
}

describe('a training in lanes', () => {
  it.each([['one loss', tinyProgram()], ['a critic beside it', tinyProgram({ critic: true })]])(
    'takes the steps that one graph takes, with %s',
    async (_, program) => {
      const whole = await learn(program, openTrainingSession(program.graph, { provider: 'cpu', threads: 1 }), 12);
      const parted = await learn(program, inLanes(program), 12);
      expect(parted.losses.length).toBe(12);
      for (const [k, loss] of parted.losses.entries()) expect(Math.abs(loss / whole.losses[k] - 1)).toBeLessThan(1e-3);
      expect(Math.abs(parted.norms[0] / whole.norms[0] - 1)).toBeLessThan(1e-4);
      const distance = Object.entries(parted.state.vectors).map(([name, vector]) =>
        vector.reduce((most, v, i) => Math.max(most, Math.abs(v - whole.state.vectors[name][i])), 0),
      );
      // Adam goes a whole step wherever a gradient is all rounding
      expect(Math.max(...distance)).toBeLessThan(0.02);
      expect(whole.losses[11]).toBeLessThan(whole.losses[0]);
    },
  ); // prettier-ignore

  it('goes on as if it had not been stopped', async () => {
    const program = tinyProgram();
    const once = await learn(program, inLanes(program), 6);
    const first = await learn(program, inLanes(program), 3);
    const rest = await learn(program, inLanes(program), 6, first.state);
    expect([...first.losses, ...rest.losses]).toEqual(once.losses);
    expect(rest.state.vectors).toEqual(once.state.vectors);
  });

  it('is what a program is run in on two threads, and not on one', async () => {
    const program = tinyProgram();
    const twice = await openProgramSession(program, { provider: 'cpu', threads: 2 });
    const once = await openProgramSession(program, { provider: 'cpu', threads: 1 });
    expect(twice.constructor.name).toBe('LaneSession');
    expect(once.constructor.name).toBe('OrtTrainingSession');
    await Promise.all([twice.close(), once.close()]);
  });

  it('says that a lane cannot be loaded, and that a step did not run', async () => {
    const program = tinyProgram();
    const broken = { ...lanesOf(program), gradients: new Uint8Array([8, 1]) };
    await expect(learn(program, openLaneSession(broken, program.groups, 2), 1)).rejects.toMatchObject({
      code: 'onnx/unreadable',
    });
    const noLoss = { ...lanesOf(program), part: () => [{}, {}] };
    await expect(learn(program, openLaneSession(noLoss, program.groups, 2), 1)).rejects.toMatchObject({
      code: 'model/step-failed',
    });
  });
});
