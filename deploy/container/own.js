/**
 * Hands a folder, and the files in it, to a user: a folder of the node that holds a journal is made by kubelet as root's.
 * Links are not followed, since whoever had the folder before may have put them there.
 *
 * Usage: node own.js FOLDER UID
 */
import { lchownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [folder, uid] = process.argv.slice(2);
for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))])
  lchownSync(path, Number(uid), Number(uid));
