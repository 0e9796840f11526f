import { readConfigFile } from './config-file.ts';

process.stdout.write(JSON.stringify(readConfigFile(process.argv[2] ?? '')));
