import { type Answer, type Cluster, type Request, systemClock } from '@vipcast/kubernetes';
import type { Assignment } from '@vipcast/vip/allocation';
import { expect, it } from 'vitest';
import { createStatusWriter } from './status-writer.ts';

const OK: Answer = { ok: true, status: 200, body: {} };
const failure = (status: number): Answer => ({
  ok: false,
  error: { status, reason: 'No', message: 'no', retryAfter: undefined },
});

/** An API server whose answers a test gives, one by one, and a writer to it. */
const world = () => {
  const asked: { readonly request: Request; readonly answer: (answer: Answer) => void }[] = [];
  const heard: string[] = [];
  const cluster: Cluster = {
    server: '',
    request: (request) =>
      new Promise((resolve) => {
        asked.push({ request, answer: resolve });
        request.signal?.addEventListener('abort', () => resolve(failure(0)));
      }),
    stream: () => () => undefined,
    close: () => undefined,
  };
  const outdated = new Set<Assignment>();
  const writer = createStatusWriter({
    cluster,
    clock: { ...systemClock, random: () => 0 },
    mayWrite: (assignment) => !outdated.has(assignment),
    onWritten: ({ key }) => heard.push(`written ${key}`),
    onRefused: ({ key }) => heard.push(`refused ${key}`),
    onTrouble: (because) => heard.push(because),
  });
  return { asked, heard, writer, outdated };
};

const assignment = (name: string, resourceVersion = '1', ip = '192.0.2.1'): Assignment => ({
  key: `default/${name}`,
  uid: 'u',
  resourceVersion,
  addresses: [ip],
  ingress: [{ ip }],
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const asks = (asked: readonly unknown[], count: number) =>
  expect.poll(() => asked.length, { timeout: 5000 }).toBe(count);

it('names the version that it follows, and patches nothing but the status', async () => {
  const { asked, heard, writer } = world();
  writer.put(assignment('a', '7'));
  expect(asked[0]!.request).toMatchObject({
    method: 'PATCH',
    path: '/api/v1/namespaces/default/services/a/status',
    body: {
      metadata: { resourceVersion: '7' },
      status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
    },
  });
  asked[0]!.answer(OK);
  await turn();
  expect(heard).toEqual(['written default/a']);
});

it('writes the last wish for a Service, after what is under way', async () => {
  const { asked, writer } = world();
  writer.put(assignment('a', '1'));
  writer.put(assignment('a', '2'));
  writer.put(assignment('a', '3'));
  expect(asked).toHaveLength(1);
  asked[0]!.answer(OK);
  await asks(asked, 2);
  expect(asked[1]!.request.body).toMatchObject({ metadata: { resourceVersion: '3' } });
});

it('writes at most eight at a time', async () => {
  const { asked, writer } = world();
  for (let i = 0; i < 20; i++) writer.put(assignment(`s${i}`));
  expect(asked).toHaveLength(8);
  asked[0]!.answer(OK);
  await asks(asked, 9);
});

it.each([409, 404])('leaves to the watch what was overtaken: %i', async (status) => {
  const { asked, heard, writer } = world();
  writer.put(assignment('a'));
  asked[0]!.answer(failure(status));
  await writer.finish();
  expect([asked.length, heard]).toEqual([1, []]);
});

it('tries again what failed, says so once, and tells what can never be written', async () => {
  const { asked, heard, writer } = world();
  writer.put(assignment('a'));
  asked[0]!.answer(failure(503));
  await asks(asked, 2);
  asked[1]!.answer(failure(503));
  await asks(asked, 3);
  asked[2]!.answer(failure(422));
  await turn();
  expect(heard).toEqual(['503 No: no', 'refused default/a']);
});

it('does not write what was decided otherwise since', async () => {
  const { asked, writer, outdated } = world();
  const first = assignment('a');
  writer.put(first);
  asked[0]!.answer(failure(503));
  outdated.add(first);
  writer.put(assignment('b'));
  await asks(asked, 2);
  expect(asked[1]!.request.path).toContain('/b/');
});

it('finishes what is under way, and begins nothing more', async () => {
  const { asked, heard, writer } = world();
  writer.put(assignment('a', '1'));
  writer.put(assignment('a', '2'));
  let finished = false;
  const finishing = writer.finish().then(() => {
    finished = true;
  });
  await turn();
  expect(finished).toBe(false);
  asked[0]!.answer(OK);
  await finishing;
  writer.put(assignment('b'));
  expect([asked.length, heard]).toEqual([1, ['written default/a']]);
});

it('abandons what is under way', async () => {
  const { asked, heard, writer } = world();
  writer.put(assignment('a'));
  writer.abandon();
  expect(asked[0]!.request.signal?.aborted).toBe(true);
  await turn();
  expect([asked.length, heard]).toEqual([1, []]);
});
