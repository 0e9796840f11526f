import { readFileSync } from 'node:fs';
import { type RecordedInput, readExport } from '@vipcast/log';
import { Failure } from '../failure.ts';
import { readInputLine } from './input-line.ts';
import type { Recording } from './recording.ts';

const inOrder = (a: RecordedInput, b: RecordedInput): number => a.position - b.position;

/**
 * Opens a bug report: what `vipcast log export --format jsonl` writes. Facts and inputs may stand in any mixture.
 * @throws JournalError or Failure naming the first line that cannot be read
 */
export const openReport = (file: string): Recording => {
  const log = readExport(file);
  const inputs: RecordedInput[] = [];
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (text === '') continue;
    const line: unknown = JSON.parse(text);
    if (typeof line !== 'object' || line === null || !('input' in line)) continue;
    const input = readInputLine(line);
    if (input === undefined)
      throw new Failure('E_JOURNAL_UNUSABLE', `${file}, line ${index + 1}: an input that lacks a part`);
    inputs.push(input);
  }
  inputs.sort(inOrder);
  return { facts: () => log.read(), inputs: () => inputs, close: log.close };
};
