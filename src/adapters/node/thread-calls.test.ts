// Calls into a real thread: order, errors, and the end of the thread.

import { afterEach, describe, expect, it } from 'vitest';
import { CodedError } from '../../core/index.ts';
import { ThreadCalls } from './thread-calls.ts';

const here = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);

/** A thread whose calls are answered by the body of an async function of `request`. */
function threadOf(body: string): ThreadCalls {
  const code = `
    import { parentPort } from 'node:worker_threads';
    import { answerCalls } from ${here('thread-calls.ts')};
    import { CodedError } from ${here('../../core/index.ts')};
    answerCalls(parentPort, async (request) => { ${body} }, async () => {});`;
  return new ThreadCalls(new URL(`data:text/javascript,${encodeURIComponent(code)}`), null);
}

let thread: ThreadCalls;
afterEach(() => thread.close());

describe('calls into a thread', () => {
  it('are answered one after another, however long each takes', async () => {
    thread = threadOf('await new Promise((done) => setTimeout(done, request.ms)); return request.name;');
    const order: unknown[] = [];
    const calls = [40, 0, 10].map(async (ms, name) => order.push(await thread.call({ ms, name })));
    await Promise.all(calls);
    expect(order).toEqual([0, 1, 2]);
  });

  it('change what lies in shared memory', async () => {
    thread = threadOf('request.samples[1] = 7; return null;');
    const samples = new Uint8Array(new SharedArrayBuffer(3));
    await thread.call({ samples });
    expect([...samples]).toEqual([0, 7, 0]);
  });

  it('fail with the code, the hint and whether to try again, and the next call works', async () => {
    thread = threadOf(`
      if (request === 'fail') throw new CodedError('room/failed', 'no', { hint: 'do', retry: true });
      return request;`);
    const failure = await thread.call('fail').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CodedError);
    expect(failure).toMatchObject({ code: 'room/failed', message: 'no', hint: 'do', retry: true });
    await expect(thread.call('on')).resolves.toBe('on');
  });

  it('say where in the thread the program is at fault', async () => {
    thread = threadOf('function culprit() { request.none.of = 1; } culprit();');
    const failure = await thread.call({}).catch((error: unknown) => error);
    expect((failure as Error).stack).toContain('culprit');
  });

  it('that cannot cross fail alone: no answer goes to another', async () => {
    thread = threadOf('return request;');
    const lost = thread.call(() => {});
    const good = thread.call('good');
    await expect(lost).rejects.toThrow('could not be cloned');
    await expect(good).resolves.toBe('good');
  });

  it('all fail when the thread ends under them, also those that come later', async () => {
    thread = threadOf('process.exit(3);');
    const both = await Promise.allSettled([thread.call(1), thread.call(2)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(thread.call(3)).rejects.toThrow('has ended');
  });
});
