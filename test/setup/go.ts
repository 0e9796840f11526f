import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { attempt } from './attempt.ts';
import { onPath } from './executables.ts';

/** A program in a module of its own, as `path@version`, and the folder to put it in. */
export interface GoInstall {
  readonly program: string;
  readonly folder: string;
}

/** A program whose versions the go.mod in the folder `module` pins, and the file to make of it. */
export interface GoBuild {
  readonly module: string;
  readonly program: string;
  readonly file: string;
  /** Variables of the program that its own makefile would have set. */
  readonly variables?: Readonly<Record<string, string>>;
}

const go = (program: string, work: () => void): string | undefined =>
  onPath('go') ? attempt(work) : `no Go to build ${program} with`;

/** Builds a program from its release. Returns why not, or undefined. */
export const installProgram = ({ program, folder }: GoInstall): string | undefined =>
  go(program, () => {
    const env = { ...process.env, GOBIN: folder };
    execFileSync('go', ['install', program], { stdio: ['ignore', 'ignore', 'pipe'], env });
  });

/** Builds a program that a module of ours depends on. Returns why not, or undefined. */
export const buildProgram = ({ module, program, file, variables = {} }: GoBuild): string | undefined =>
  go(program, () => {
    const settings = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
    const flags = ['-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...settings].join(' ')];
    process.stderr.write(`building ${program}: minutes, once\n`);
    // A build that is interrupted must not look like a program.
    const half = `${file}.${process.pid}`;
    // It takes minutes of every core.
    execFileSync('nice', ['-n', '10', 'go', 'build', ...flags, '-o', half, program], {
      cwd: module,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    renameSync(half, file);
  });
