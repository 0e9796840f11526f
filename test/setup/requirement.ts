import type { GoBuild, GoInstall } from './go.ts';
import type { Archive } from './npm-archive.ts';

/** A program that some tests talk to. Without one of the four ways it cannot be installed from here. */
export interface Requirement {
  /** The name suites ask for and reports print. */
  readonly name: string;
  /** Whether it is there. */
  readonly probe: () => boolean;
  /** The Debian package that brings it. */
  readonly debian?: string;
  /** The Go program that it is, in a module of its own. */
  readonly go?: GoInstall;
  /** The Go program that it is, among the dependencies of a module of ours. */
  readonly goModule?: GoBuild;
  /** The npm package that has it packed inside. */
  readonly archive?: Archive;
}
