import { type Finding, findingAt } from './finding.ts';
import { composeYaml } from './source/composition.ts';
import { offsetOf } from './source/position.ts';
import type { Path } from './wording.ts';

/**
 * The finding for a value that loads and yet is wrong, as only the shell can tell: what stands in a file that it names.
 * @param source - the whole configuration file
 * @param text - the sentence after the field's name
 */
export const lateFinding = (source: string, file: string, path: Path, text: string): Finding => {
  const { document, lines } = composeYaml(source);
  const { line, col } = lines.linePos(document ? offsetOf(document, path) : 0);
  const problem = { code: 'E_CONFIG_VALUE', path, found: text, expected: 'another value', text } as const;
  return findingAt(problem, file, { line: line || 1, column: col || 1 });
};
