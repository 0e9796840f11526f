/** Leads connections to a port on 127.0.0.1 on to a socket file. Usage: node passage-main.ts PORT FILE */
import { connect, createServer } from 'node:net';

const [port, file] = process.argv.slice(2);
if (port === undefined || file === undefined) throw new Error('usage: node passage-main.ts PORT FILE');
createServer((near) => {
  const far = connect(file);
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
  near.pipe(far).pipe(near);
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
