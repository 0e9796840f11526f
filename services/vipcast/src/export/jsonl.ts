import { factLine } from '@vipcast/log';
import type { ExportFormat } from './format.ts';

/** Every fact as a line of JSON, nothing lost: `--journal` takes such a file. */
export const jsonlFormat = (): ExportFormat => ({ learn: () => {}, write: factLine });
