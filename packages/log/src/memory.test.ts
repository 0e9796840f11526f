import { describeLog } from './log-compliance.ts';
import { memoryLog } from './memory.ts';

describeLog('memory log', () => {
  const log = memoryLog();
  return { open: () => log, clean: () => log.close() };
});
