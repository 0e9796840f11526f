import { createRequire } from 'node:module';
import { getSystemErrorMap } from 'node:util';

/** The few C functions that Node does not offer. Each returns -1, or 0 for `if_nametoindex`, when it fails. */
interface Libc {
  readonly socket: (domain: number, type: number, protocol: number) => number;
  readonly setsockopt: (fd: number, level: number, name: number, value: Uint8Array, length: number) => number;
  readonly bind: (fd: number, address: Uint8Array, length: number) => number;
  readonly close: (fd: number) => number;
  readonly if_nametoindex: (name: string) => number;
  readonly sched_yield: () => number;
  readonly errno: () => number;
  /** glibc's alone. */
  readonly malloc_trim: ((pad: number) => number) | undefined;
  readonly mallopt: ((parameter: number, value: number) => number) | undefined;
}

const ifThere = <Function>(find: () => Function): Function | undefined => {
  try {
    return find();
  } catch {
    return undefined;
  }
};

let loaded: Libc | undefined;

/**
 * The C library of this process, through koffi. Loaded on first use only: a command that asks nothing of Linux does not
 * map the foreign-function library at all.
 */
export const libc = (): Libc => {
  if (loaded !== undefined) return loaded;
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const process = koffi.load(null);
  loaded = {
    socket: process.func('int socket(int, int, int)'),
    setsockopt: process.func('int setsockopt(int, int, int, const void *, uint32_t)'),
    bind: process.func('int bind(int, const void *, uint32_t)'),
    close: process.func('int close(int)'),
    if_nametoindex: process.func('unsigned int if_nametoindex(const char *)'),
    sched_yield: process.func('int sched_yield()'),
    errno: () => koffi.errno(),
    malloc_trim: ifThere(() => process.func('int malloc_trim(size_t)')),
    mallopt: ifThere(() => process.func('int mallopt(int, int)')),
  };
  return loaded;
};

/** An error shaped like Node's own: `code` (`EPERM`), negative `errno`, `syscall`. */
export const systemError = (doing: string, syscall: string, errno: number): NodeJS.ErrnoException => {
  const [code, words] = getSystemErrorMap().get(-errno) ?? [`E${errno}`, 'unknown error'];
  return Object.assign(new Error(`cannot ${doing}: ${words} (${code})`), { code, errno: -errno, syscall });
};

/** Throws the current errno as a `systemError` when a C function returned a negative result. */
export const check = (result: number, doing: string, syscall: string): number => {
  if (result < 0) throw systemError(doing, syscall, libc().errno());
  return result;
};
