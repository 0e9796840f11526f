import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../interop/node-binary.ts';
import { have } from '../setup/packages.ts';
import { CHART, MANIFESTS, renderText } from './chart.ts';

const read = (file: string): string => readFileSync(file, 'utf8');

/** UPDATE_GOLDEN=1 writes what is told twice anew; the difference is then reviewed like code. */
const holds = (file: string, made: string): void => {
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, made);
  expect(read(file)).toBe(made);
};

describe('what deploy tells twice', () => {
  it('are the CustomResourceDefinitions of the chart', () => {
    const published = join(ROOT, 'deploy', 'crds');
    const names = readdirSync(published).filter((name) => name.endsWith('.yaml'));
    expect(readdirSync(join(CHART, 'crds')).toSorted()).toEqual(names.toSorted());
    for (const name of names) holds(join(CHART, 'crds', name), read(join(published, name)));
  });

  it('is the schema of vipcast.yaml in the schema of the values', () => {
    const file = join(CHART, 'values.schema.json');
    const { $schema: _, ...config } = JSON.parse(read(join(ROOT, 'docs', 'vipcast.schema.json')));
    const schema = JSON.parse(read(file));
    const made = { ...schema, properties: { ...schema.properties, config } };
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
    expect(schema).toEqual(made);
  });

  it('is what the bundle leaves outside', () => {
    const list = (file: string, name: RegExp): string | undefined =>
      new RegExp(`${name.source}(\\[[^\\]]+\\])`).exec(read(join(ROOT, file)))?.[1];
    const bundled = list('rolldown.config.js', /external: /);
    expect(bundled).toContain('koffi');
    expect(list('deploy/container/assemble.ts', /OUTSIDE = /)).toBe(bundled);
  });

  it('is the version', () => {
    const { version } = JSON.parse(read(join(ROOT, 'services', 'vipcast', 'package.json')));
    expect(read(join(CHART, 'Chart.yaml'))).toContain(`\nversion: ${version}\nappVersion: ${version}\n`);
  });

  it.skipIf(!have('helm'))('is the base of kustomize, which the chart makes', async () => {
    const made = await renderText({}, '--include-crds');
    const head = '# Made from deploy/helm/vipcast by test/deploy/golden.test.ts with UPDATE_GOLDEN=1.\n';
    holds(join(MANIFESTS, 'base', 'vipcast.yaml'), head + made.replace(/^# Source: .*\n/gm, ''));
  });
});
