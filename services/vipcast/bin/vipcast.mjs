#!/usr/bin/env node
// Plain JavaScript that any Node reads: an old one cannot even parse the program, and could not say so.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const MARK = 'VIPCAST_NODE_FOUND';

/** The Node that the npm package `node` brings along, if it is installed. */
const bundledNode = () => {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json');
    const binary = join(dirname(manifest), 'bin', 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
};

const runWith = (node) => {
  const program = fileURLToPath(import.meta.url);
  const child = spawn(node, [program, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: ${node} cannot be run: ${error.message} (E_NODE_VERSION)`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
};

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  delete process.env[MARK];
  await import('../dist/vipcast.js');
} else {
  const node = process.env[MARK] ? undefined : bundledNode();
  if (node !== undefined) runWith(node);
  else {
    console.error(
      `error: vipcast needs Node ${NEEDED} or newer; this is ${process.version} (E_NODE_VERSION)`,
    );
    process.exitCode = 2;
  }
}
