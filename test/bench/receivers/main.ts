import { once } from 'node:events';
import { createServer } from 'node:net';
import { readHostRoutes } from './host-routes.ts';
import { FIRST_ASN, receiverAddress } from './place.ts';
import type { Change, Command, Expectation, Order, Report } from './protocol.ts';
import { type Session, startSession } from './session.ts';

// The child's side of receivers.ts: BGP speakers that only listen, in one process that does nothing else.

const { count, held } = JSON.parse(process.argv[2]!) as Order;
const sessions = new Map<number, Session>();
const confirmed = new Set<number>();
let expectation: Expectation | undefined;
let watching = false;

const report = (message: Report): void => void process.send!(message);

const isComplete = (session: Session, { kind, perFamily }: Expectation): boolean => {
  const told = session.received()[kind];
  return told.ipv4 >= perFamily && told.ipv6 >= perFamily;
};

const checkExpectation = (): void => {
  const expected = expectation;
  if (expected === undefined || sessions.size < count) return;
  const all = [...sessions.values()];
  if (!all.every((session) => isComplete(session, expected))) return;
  expectation = undefined;
  report({ type: 'complete', received: all.map((session) => session.received()) });
};

const changesOf = (updates: readonly Uint8Array[], at: bigint): Change[] =>
  updates
    .map(readHostRoutes)
    .flatMap(({ withdrawn, announced }) => [
      ...withdrawn.map((address) => ({ address, announced: false, at })),
      ...announced.map((address) => ({ address, announced: true, at })),
    ]);

const listen = async (index: number): Promise<number> => {
  const server = createServer((socket) => {
    confirmed.delete(index);
    const session = startSession(socket, FIRST_ASN + index, `10.0.0.${index + 1}`, held, {
      onConfirmed: (at) => {
        confirmed.add(index);
        if (confirmed.size === count) report(held ? { type: 'held' } : { type: 'established', at });
      },
      onUpdates: (updates, at) => {
        if (watching) report({ type: 'changes', changes: changesOf(updates, at) });
        checkExpectation();
      },
    });
    sessions.set(index, session);
  });
  server.listen(0, receiverAddress(index));
  await once(server, 'listening');
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
};

process.on('message', (command: Command) => {
  switch (command.type) {
    case 'release': {
      const at = process.hrtime.bigint();
      for (const session of sessions.values()) session.confirm();
      report({ type: 'established', at });
      break;
    }
    case 'watch':
      watching = command.on;
      break;
    case 'expect':
      for (const session of sessions.values()) session.forget();
      expectation = command.expectation;
  }
  report({ type: 'done' });
});
process.on('disconnect', () => process.exit());

report({ type: 'listening', ports: await Promise.all(Array.from({ length: count }, (_, i) => listen(i))) });
