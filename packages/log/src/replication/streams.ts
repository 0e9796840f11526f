import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { errors, nanos } from 'nats';
import { isAtLeast } from './feature-level.ts';
import type { Names } from './names.ts';

const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;
const NOT_CLUSTERED = 10074;

/** How long a node's lease lives after its last renewal, in milliseconds; the server's clock counts. */
export const LEASE_TIME = 20_000;

const codeOf = (error: unknown): number | undefined =>
  error instanceof JetStreamApiError ? error.code : undefined;

/** True when the server says that there is no such stream. */
export const isStreamMissing = (error: unknown): boolean => codeOf(error) === STREAM_NOT_FOUND;

/**
 * History is never cut or edited by a node, and a full stream refuses new facts instead of dropping old ones.
 * @param version of the server
 */
export const factStream = (
  { stream, subjects }: Names,
  replicas: number,
  version: string,
): Partial<StreamConfig> & { name: string } => ({
  name: stream,
  subjects: [subjects],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  num_replicas: replicas,
  deny_delete: true,
  allow_direct: true,
  duplicate_window: nanos(120_000),
  ...(isAtLeast(version, [2, 10]) ? { compression: StoreCompression.S2 } : {}),
  ...(isAtLeast(version, [2, 14]) ? { allow_batched: true } : {}),
});

/** Apart from the facts and in memory: five hundred nodes renew a hundred times a second. */
export const leaseStream = (
  { leases, leaseSubjects }: Names,
  replicas: number,
): Partial<StreamConfig> & { name: string } => ({
  name: leases,
  subjects: [leaseSubjects],
  storage: StorageType.Memory,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  num_replicas: replicas,
  max_msgs_per_subject: 1,
  max_age: nanos(LEASE_TIME),
  allow_direct: true,
});

/** True when the server says that our key may not ask for this. */
const isForbidden = (error: unknown): boolean =>
  error instanceof errors.RequestError && error.cause instanceof errors.PermissionViolationError;

const create = async (jsm: JetStreamManager, config: ReturnType<typeof leaseStream>): Promise<void> => {
  try {
    await jsm.streams.add(config);
  } catch (error) {
    const code = codeOf(error);
    // Another node was faster, with settings of its own: what it made is checked like any other.
    if (code === NAME_IN_USE) return;
    if (isForbidden(error))
      throw new Error(
        `there is no stream ${config.name}, and this key may not make it: an administrator's key may`,
      );
    // A server on its own can keep one copy, and never more.
    if (code !== NOT_CLUSTERED || config.num_replicas === 1) throw error;
    await jsm.streams.add({ ...config, num_replicas: 1 });
  }
};

/** The stream as the server has it, made if there is none. */
export const ensureStream = async (
  jsm: JetStreamManager,
  config: ReturnType<typeof leaseStream>,
): Promise<StreamInfo> => {
  try {
    return await jsm.streams.info(config.name);
  } catch (error) {
    if (!isStreamMissing(error)) throw error;
  }
  await create(jsm, config);
  return jsm.streams.info(config.name);
};

/** How a stream differs from what was asked for, in words: servers ignore in silence what they do not know. */
export const differences = (wanted: Partial<StreamConfig>, found: StreamConfig): readonly string[] =>
  Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(found[key as keyof StreamConfig]) !== JSON.stringify(value))
    .map(
      ([key, value]) =>
        `${key} is ${JSON.stringify(found[key as keyof StreamConfig]) ?? 'not set'}, not ${JSON.stringify(value)}`,
    );
