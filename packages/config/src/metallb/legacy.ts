import { composeYaml } from '../source/composition.ts';
import { list, mapping, type Raw, word } from '../source/raw.ts';
import { documentValue } from '../source/value.ts';
import type { MetalLBObject } from './objects.ts';

/** Words that the later resources write in another way than camel case has it. */
const SPELLED: Readonly<Record<string, string>> = {
  asn: 'ASN',
  id: 'ID',
  ips: 'IPs',
  multihop: 'MultiHop',
  v6: 'V6',
};

/** `peer-asn` is `peerASN` in the resources that came after. */
const modernKey = (key: string): string =>
  key === 'localpref'
    ? 'localPref'
    : key
        .split('-')
        .map((part, i) => (i === 0 ? part : (SPELLED[part] ?? part.charAt(0).toUpperCase() + part.slice(1))))
        .join('');

const modern = (raw: Raw): Raw =>
  Object.fromEntries(Object.entries(raw).map(([key, value]) => [modernKey(key), value]));

const object = (kind: string, name: string, spec: Raw): MetalLBObject => ({ kind, name, labels: {}, spec });

const peerObject = (raw: Raw, i: number): MetalLBObject => {
  const { nodeSelectors, ...spec } = modern(raw);
  const selectors = list(nodeSelectors).map(modern);
  return object(
    'BGPPeer',
    `peer${i + 1}`,
    selectors.length === 0 ? spec : { ...spec, nodeSelectors: selectors },
  );
};

const poolObjects = (raw: Raw): readonly MetalLBObject[] => {
  const { name, protocol, bgpAdvertisements, ...spec } = modern(raw);
  const pool = object('IPAddressPool', word(name), spec);
  if (word(protocol) !== 'bgp') return [pool, object('L2Advertisement', word(name), {})];
  const written = list(bgpAdvertisements).map(modern);
  const advertisements = (written.length === 0 ? [{}] : written).map((advertisement, i) =>
    object('BGPAdvertisement', i === 0 ? word(name) : `${word(name)}-${i + 1}`, {
      ...advertisement,
      ipAddressPools: [word(name)],
    }),
  );
  return [pool, ...advertisements];
};

/** True for the ConfigMap that MetalLB was configured by before version 0.13. */
export const isLegacy = ({ kind, data }: Raw): boolean =>
  kind === 'ConfigMap' && /^(peers|address-pools):/m.test(word(mapping(data).config));

/** The objects that say what such a ConfigMap says; what cannot be read goes to `notes`. */
export const modernObjects = ({ data }: Raw, notes: string[]): readonly MetalLBObject[] => {
  const { document, problems } = composeYaml(word(mapping(data).config));
  if (!document || problems.length > 0) {
    notes.push(`the ConfigMap could not be read: ${problems[0]?.found ?? 'not valid YAML'}`);
    return [];
  }
  const config = mapping(documentValue(document, () => 0).value);
  const aliases = Object.entries(mapping(config['bgp-communities']));
  return [
    ...list(config.peers).map(peerObject),
    ...list(config['address-pools']).flatMap(poolObjects),
    object('Community', 'bgp-communities', {
      communities: aliases.map(([name, value]) => ({ name, value: word(value) })),
    }),
  ];
};
