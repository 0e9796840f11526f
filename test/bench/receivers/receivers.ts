import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { NODE } from '../../interop/node-binary.ts';
import type { Peer } from '../speakers/speaker.ts';
import { FIRST_ASN, receiverAddress } from './place.ts';
import type { Change, Command, Order, Received, Report } from './protocol.ts';

/** Neutral BGP speakers in a process of their own, which share no code with any speaker under measurement. */
export interface Receivers extends AsyncDisposable {
  readonly peers: readonly Peer[];
  /** Settles when all sessions wait in OpenConfirm. */
  held(): Promise<void>;
  /** Lets all sessions go on together; the moment they become Established. */
  release(): Promise<bigint>;
  /** Settles when all sessions are Established: the moment the last one was. */
  established(): Promise<bigint>;
  /** Forgets what came; `arrived` settles when every receiver was told so many prefixes of each family. */
  expect(
    kind: 'announced' | 'withdrawn',
    perFamily: number,
  ): Promise<{ arrived: Promise<readonly Received[]> }>;
  /** Calls back with IPv4 host routes as they come and go, from now on; `undefined` ends it. */
  watch(onChange: ((change: Change) => void) | undefined): Promise<void>;
}

const TIMEOUT = 120_000;

type ReportOf<Type extends Report['type']> = Extract<Report, { type: Type }>;

const inTime = <T>(promise: Promise<T>, what: string): Promise<T> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`waited ${TIMEOUT} ms for ${what}`)), TIMEOUT);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
};

/** Starts receivers; see `Order` for `held`. */
export const startReceivers = async (order: Order): Promise<Receivers> => {
  const child = spawn(NODE, [join(import.meta.dirname, 'main.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const latest = new Map<Report['type'], PromiseWithResolvers<Report>>();
  let onChange: ((change: Change) => void) | undefined;

  const slot = (type: Report['type']): PromiseWithResolvers<Report> => {
    const waiting = latest.get(type) ?? Promise.withResolvers<Report>();
    latest.set(type, waiting);
    return waiting;
  };
  /** The next report of a type, or the one that came before anybody asked. Each is handed out once. */
  const next = async <Type extends Report['type']>(type: Type): Promise<ReportOf<Type>> => {
    const report = await inTime(slot(type).promise, `receivers to say "${type}"`);
    latest.delete(type);
    return report as ReportOf<Type>;
  };
  child.on('message', (message) => {
    const report = message as Report;
    if (report.type === 'changes') for (const change of report.changes) onChange?.(change);
    else slot(report.type).resolve(report);
  });
  const say = async (command: Command): Promise<void> => {
    child.send(command);
    await next('done');
  };

  const { ports } = await next('listening');
  return {
    peers: ports.map((port, i) => ({
      name: `tor${i}`,
      address: receiverAddress(i),
      port,
      asn: FIRST_ASN + i,
    })),
    held: async () => void (await next('held')),
    established: async () => (await next('established')).at,
    release: async () => {
      await say({ type: 'release' });
      return (await next('established')).at;
    },
    expect: async (kind, perFamily) => {
      await say({ type: 'expect', expectation: { kind, perFamily } });
      return { arrived: next('complete').then(({ received }) => received) };
    },
    watch: async (listener) => {
      onChange = listener;
      await say({ type: 'watch', on: listener !== undefined });
    },
    [Symbol.asyncDispose]: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
};
