import { Composer, type Document, Lexer, LineCounter, type ParsedNode, Parser } from 'yaml';
import { type Code, MOST_PROBLEMS, type Problem } from '../problem.ts';
import { printable } from '../wording.ts';

/** A file's syntax tree with the means to find lines in it. */
export interface Composition {
  readonly document: Document<ParsedNode> | null;
  readonly lines: LineCounter;
  /** Not empty: the tree cannot be trusted. */
  readonly problems: readonly Problem[];
}

/** Code units of text; 10,000 VIPs with probes take 1.5 million. */
const MOST_TEXT = 8 * 1024 * 1024;
/** The library keeps about 600 bytes for each token; 10,000 VIPs with probes take 460,000. */
const MOST_TOKENS = 1_000_000;
/** The library recurses, and some nestings cost it the square of the depth. The schema needs 6. */
const MOST_DEPTH = 64;
/** An alias costs a search through the whole tree. */
const MOST_ALIASES = 100;

/** A wrong escape becomes an error with a text of its own. */
const ESCAPE_COST = 4;

/** The lexer announces a scalar with this, so that `*` or `%` within text is told from an indicator. */
const SCALAR = '\x1f';

const refusal = (code: Code, offset: number, found: string, expected: string): Problem => ({
  code,
  path: [],
  offset,
  found,
  expected,
  text: `${found}; expected ${expected}`,
});

const count = (text: string, character: string): number => {
  let n = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) n++;
  return n;
};

/** Counts what the library would spend on each token, so that no text makes it run out of time, memory or stack. */
const createBudget = () => {
  let tokens = 0;
  let aliases = 0;
  let inScalar = false;
  return (lexeme: string, depth: number, offset: number): Problem | undefined => {
    const first = inScalar ? '' : lexeme[0];
    inScalar = lexeme === SCALAR;
    tokens += first === '"' ? 1 + ESCAPE_COST * count(lexeme, '\\') : 1;
    if (first === '*' || first === '&') aliases++;
    if (tokens > MOST_TOKENS)
      return refusal('E_CONFIG_TOO_LARGE', offset, 'too many values', `at most ${MOST_TOKENS} YAML tokens`);
    if (depth > MOST_DEPTH)
      return refusal('E_CONFIG_TOO_DEEP', offset, 'nested too deeply', `at most ${MOST_DEPTH} levels`);
    if (aliases > MOST_ALIASES)
      return refusal(
        'E_CONFIG_ALIASES',
        offset,
        'too many aliases',
        `at most ${MOST_ALIASES} anchors and aliases`,
      );
    if (first === '%') return refusal('E_CONFIG_SYNTAX', offset, 'a YAML directive', 'plain YAML 1.2');
    return undefined;
  };
};

/** The library's words, without the piece of the file that some of them repeat. */
const syntaxProblem = (error: { readonly message: string; readonly pos: [number, number] }): Problem => {
  const quiet = error.message.replace(
    /(?<=characters|token): .*$|(?<=tag|sequence):? .*$|[:;]? *["'].*$/su,
    '',
  );
  const words = printable(quiet, 160);
  return {
    code: 'E_CONFIG_SYNTAX',
    path: [],
    offset: error.pos[0],
    found: words,
    expected: 'valid YAML 1.2',
    text: `not valid YAML: ${words}`,
  };
};

const secondDocument = ([first]: readonly Document<ParsedNode>[]): Problem =>
  refusal('E_CONFIG_SYNTAX', first?.range?.[2] ?? 0, 'a second document', 'one YAML document');

/**
 * Parses one YAML document within fixed limits of size, nesting and aliases. Duplicate keys are left to the reader
 * of the tree: the library compares each key with every other.
 */
export const composeYaml = (text: string): Composition => {
  const lines = new LineCounter();
  const refused = (problem: Problem): Composition => ({ document: null, lines, problems: [problem] });
  if (text.length > MOST_TEXT)
    return refused(
      refusal('E_CONFIG_TOO_LARGE', 0, `${text.length} characters`, `at most ${MOST_TEXT} (8 MiB)`),
    );
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({ uniqueKeys: false, stringKeys: true, resolveKnownTags: false });
  const documents: Document<ParsedNode>[] = [];
  const charge = createBudget();
  for (const lexeme of new Lexer().lex(text)) {
    const problem = charge(lexeme, parser.stack.length, parser.offset);
    if (problem) return refused(problem);
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (documents.length > 0) return refused(secondDocument(documents));
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  const [document] = documents;
  if (document === undefined || documents.length > 1) return refused(secondDocument(documents));
  const errors = [...document.errors.slice(0, MOST_PROBLEMS), ...document.warnings.slice(0, MOST_PROBLEMS)];
  return { document, lines, problems: errors.map(syntaxProblem) };
};
