import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';

/** Where an export goes. */
export interface Output {
  write(piece: string | Uint8Array): void;
  /** Everything is written. */
  finish(): void;
  /** For the end after a failure: nothing half done stays. */
  abandon(): void;
}

/** Bytes that are written at once. */
const CHUNK = 65_536;

const explained = <T>(file: string, action: () => T): T => {
  try {
    return action();
  } catch (error) {
    throw new Failure('E_OUTPUT', `${file} cannot be written: ${(error as Error).message}`);
  }
};

const collected = (flush: (bytes: Uint8Array) => void): { write: Output['write']; flush: () => void } => {
  let pieces: Buffer[] = [];
  let size = 0;
  const flushAll = (): void => {
    if (size > 0) flush(Buffer.concat(pieces, size));
    pieces = [];
    size = 0;
  };
  const write = (piece: string | Uint8Array): void => {
    const bytes = Buffer.from(piece as string);
    pieces.push(bytes);
    size += bytes.length;
    if (size >= CHUNK) flushAll();
  };
  return { write, flush: flushAll };
};

/** Writes beside the file, and puts the whole in its place at the end. */
const fileOutput = (file: string): Output => {
  const part = `${file}.${process.pid}.part`;
  const descriptor = explained(file, () => openSync(part, 'wx'));
  const { write, flush } = collected((bytes) => {
    for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from);
  });
  return {
    write: (piece) => explained(file, () => write(piece)),
    finish: () =>
      explained(file, () => {
        flush();
        closeSync(descriptor);
        renameSync(part, file);
      }),
    abandon: () => rmSync(part, { force: true }),
  };
};

/**
 * Opens a file, or standard output.
 * @throws Failure when the file cannot be written
 */
export const openOutput = ({ stdout }: Io, file: string | undefined): Output => {
  if (file !== undefined) return fileOutput(file);
  const { write, flush } = collected((bytes) => stdout.write(bytes));
  return { write, finish: flush, abandon: () => {} };
};
