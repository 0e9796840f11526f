import { importMetalLB, type Resource, readManifest, resourceOf } from '../index.ts';

/** For tests: what some manifests become. */
export const imported = (...texts: readonly string[]) =>
  importMetalLB(texts.map((text, i) => ({ text, file: `${i}.yaml` })));

/** For tests: what a result would be applied as; comments are none of it. */
export const resourcesOf = (yaml: string): readonly Resource[] => {
  const { objects, findings } = readManifest(yaml, 'out.yaml');
  if (findings.length > 0) throw new Error(findings[0]?.message);
  return objects.map(({ raw }) => {
    const read = resourceOf(raw);
    if (!read.ok) throw new Error(read.findings.map(({ message }) => message).join('\n'));
    return read.resource;
  });
};

/** For tests: a manifest of one object. */
export const object = (kind: string, name: string, spec: string, more = ''): string =>
  `---\napiVersion: metallb.io/v1beta1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: metallb-system${more} }\nspec: ${spec}\n`;
/** For tests: a manifest of one BGPPeer that has more settings. */
export const peer = (name: string, spec: string) =>
  object('BGPPeer', name, `{ myASN: 64500, peerASN: 64501, peerAddress: 10.0.0.1, ${spec} }`);
