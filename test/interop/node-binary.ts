import { join } from 'node:path';

/** The repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** The Node.js the workspace pins; the one running the tests may be older. */
export const NODE = join(ROOT, 'node_modules', '.bin', 'node');
