import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { basename, dirname } from 'node:path';

/** A journal is being listened for by a daemon already. */
export class DoorbellTaken extends Error {
  constructor(journal: string) {
    super(`another daemon has this journal: ${journal}`);
    this.name = 'DoorbellTaken';
  }
}

const NAME_MAX = 60;
/** So long one side waits for the other, in milliseconds. */
const PATIENCE = 1000;

/**
 * The socket beside a journal. The path of a Unix socket holds 107 bytes, so the folder is reached through a
 * descriptor, and a long name is hashed.
 */
const atSocket = (journal: string): { folder: number; path: string } => {
  const name = basename(journal);
  const short =
    Buffer.byteLength(name) <= NAME_MAX ? name : createHash('sha256').update(name).digest('hex').slice(0, 32);
  // A bare descriptor: a FileHandle would close itself when nobody holds the doorbell any more.
  const folder = openSync(dirname(journal), 'r');
  return { folder, path: `/proc/self/fd/${folder}/${short}.sock` };
};

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** True when somebody accepts at this path; that it was rung is all it hears. */
const ring = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      if (['ENOENT', 'ECONNREFUSED'].includes(String(codeOf(error)))) resolve(false);
      else reject(error);
    });
  });

/** False when there is something at this path already. */
const listen = (server: Server, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      if (codeOf(error) === 'EADDRINUSE') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(path, () => {
      server.off('error', onError);
      resolve(true);
    });
  });

/**
 * Takes the socket of a dead daemon out of the way. Moved aside before it is asked, so that of two daemons that start
 * together neither removes the other's fresh one.
 */
const clear = async (path: string, journal: string): Promise<void> => {
  if (await ring(path)) throw new DoorbellTaken(journal);
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  await rename(path, aside).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
  if (await ring(aside)) {
    await rename(aside, path);
    throw new DoorbellTaken(journal);
  }
  await unlink(aside).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
  });
};

/**
 * Listens on `<journal>.sock` for other processes that say "look", and answers.
 * @param answer what whoever rings is told, if they stay to hear it; JSON
 * @throws DoorbellTaken when a living daemon listens there; the socket of a dead one is replaced
 */
export const listenDoorbell = async (
  journal: string,
  onRing: () => void,
  answer: () => unknown = () => null,
): Promise<{ close(): Promise<void> }> => {
  const { folder, path } = atSocket(journal);
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.end(JSON.stringify(answer()));
    socket.resume();
    onRing();
  });
  try {
    if (!(await listen(server, path))) {
      await clear(path, journal);
      if (!(await listen(server, path))) throw new DoorbellTaken(journal);
    }
  } catch (error) {
    closeSync(folder);
    throw error;
  }
  const close = async (): Promise<void> => {
    // Closing the server removes the socket, through the folder's descriptor.
    await new Promise((resolve) => server.close(resolve));
    closeSync(folder);
  };
  return { close };
};

/**
 * Tells the daemon of this journal that there is more to read. Does not wait for it to look.
 * @returns false when nobody listens
 * @throws the system's error when the socket may not be used
 */
export const ringDoorbell = async (journal: string): Promise<boolean> => {
  let folder: number | undefined;
  try {
    const socket = atSocket(journal);
    folder = socket.folder;
    return await ring(socket.path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
};

const listenTo = (path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect(path).setEncoding('utf8').setTimeout(PATIENCE);
    let heard = '';
    socket.on('data', (text: string) => {
      heard += text;
    });
    socket.once('end', () => resolve(heard));
    for (const event of ['error', 'timeout'] as const) socket.once(event, () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
  });

/**
 * Rings, and stays for the answer.
 * @returns `undefined` when there is none: nobody listens, or says nothing, or may not be asked
 */
export const askAtDoor = async (journal: string): Promise<unknown> => {
  let folder: number | undefined;
  try {
    const socket = atSocket(journal);
    folder = socket.folder;
    const heard = await listenTo(socket.path);
    return heard === undefined ? undefined : (JSON.parse(heard) as unknown);
  } catch {
    return undefined;
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
};
