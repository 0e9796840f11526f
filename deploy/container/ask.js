/**
 * A probe: asks a URL and prints what it answers; exit 0 for 200. kubelet shows what is printed when it fails. Plain
 * JavaScript and one module, since each probe is a process.
 *
 * Usage: node ask.js URL
 */
import { get } from 'node:http';

const fail = ({ message }) => {
  console.log(message);
  process.exitCode = 1;
};

get(process.argv[2], (answer) => {
  answer.pipe(process.stdout);
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
}).on('error', fail);
