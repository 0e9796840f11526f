import type { Settings } from './settings.ts';

const LINE = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/;

const unquoted = (value: string): string => {
  const [, , inner] = /^(["'])(.*)\1(?:\s+#.*)?$/.exec(value) ?? [];
  return inner ?? value.replace(/\s+#.*$/, '').trim();
};

/** Reads `KEY=VALUE` lines as a shell or systemd would for plain values: `export`, quotes and comments included. */
export const readEnvFile = (text: string): Settings => {
  const values = new Map<string, string>();
  const notes: string[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name, value] = LINE.exec(trimmed) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, unquoted(value));
    else notes.push(`line ${i + 1} is not KEY=VALUE and was not read`);
  }
  return { values, notes };
};
