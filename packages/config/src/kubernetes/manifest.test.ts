import { describe, expect, it } from 'vitest';
import { readManifest } from './manifest.ts';

const TEXT = `# peers
---
kind: A
spec:
  one: 1
--- # more
# nothing but words
---
kind: List
items:
  - kind: B
  - kind: C
    spec: { two: 2 }
---
kind: [unclosed
---
{ "kind": "D", "spec": { "three": 3 } }
`;

describe('a manifest', () => {
  const { objects, findings } = readManifest(TEXT, 'm.yaml');

  it('is its documents, lists taken apart', () => {
    expect(objects.map(({ raw }) => (raw as { kind: string }).kind)).toEqual(['A', 'B', 'C', 'D']);
  });

  it('knows the lines of the whole text', () => {
    const [a, , c, d] = objects;
    expect(a?.placeOf(['spec', 'one'])).toEqual({ line: 5, column: 8 });
    expect(c?.placeOf(['spec', 'two']).line).toBe(13);
    expect(c?.placeOf(['spec', 'absent']).line).toBe(13);
    expect(d?.placeOf(['spec', 'three']).line).toBe(17);
  });

  it('says which document is none', () => {
    expect(findings.map(({ message }) => message.replace(/not valid YAML.*/, '…'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^m\.yaml:1[56]: …$/)]),
    );
  });

  it('may have the lines of another system', () => {
    const { objects: crlf } = readManifest(TEXT.replaceAll('\n', '\r\n'), 'm.yaml');
    expect(crlf[0]?.placeOf(['spec', 'one']).line).toBe(5);
  });

  it('is refused beyond the limits of a configuration', () => {
    expect(readManifest('['.repeat(100), 'm.yaml').findings[0]?.code).toBe('E_CONFIG_TOO_DEEP');
    expect(readManifest('', 'm.yaml')).toEqual({ objects: [], findings: [] });
  });
});
