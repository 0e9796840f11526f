import { concat } from '../bytes.ts';
import { decodeText, encodeText } from '../text.ts';
import type { CapabilityCodec, CapabilityOf } from './codec.ts';

const LONGEST_NAME = 64;

/** FQDN (draft-walton-bgp-hostname-capability): host and domain name, at most 64 bytes each when written. */
export const fqdn: CapabilityCodec<CapabilityOf<'fqdn'>> = {
  kind: 'fqdn',
  code: 73,
  informative: true,
  decode(value) {
    const hostEnd = 1 + (value[0] ?? 0);
    const domainEnd = hostEnd + 1 + (value[hostEnd] ?? 0);
    if (domainEnd !== value.length) return undefined;
    return {
      kind: 'fqdn',
      hostName: decodeText(value.subarray(1, hostEnd), 255),
      domainName: decodeText(value.subarray(hostEnd + 1, domainEnd), 255),
    };
  },
  encode({ hostName, domainName }) {
    const host = encodeText(hostName, LONGEST_NAME);
    const domain = encodeText(domainName, LONGEST_NAME);
    return concat([Uint8Array.of(host.length), host, Uint8Array.of(domain.length), domain]);
  },
};
