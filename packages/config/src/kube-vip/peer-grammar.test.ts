import { describe, expect, it } from 'vitest';
import { parsePeers } from './peer-grammar.ts';

describe('bgp_peers', () => {
  it.each([
    ['10.0.0.1:65001', { address: '10.0.0.1', as: '65001', hasPassword: false, multihop: false, port: '' }],
    ['10.0.0.1:65001:pw:true:1179', { hasPassword: true, multihop: true, port: '1179' }],
    ['[2001:db8::1]:65001::T', { address: '2001:db8::1', as: '65001', multihop: true }],
    ['unnumbered:eth0:0:pw', { address: null, link: 'eth0', as: '0', hasPassword: true }],
    ['unnumbered:eth0', { link: 'eth0', as: '' }],
  ])('%s', (text, expected) => {
    expect(parsePeers(text)).toMatchObject([expected]);
  });

  it.each([
    '10.0.0.1:65001::false:179:mpbgp_nexthop=fixed;mpbgp_ipv6=2001:db8::7',
    '10.0.0.1:65001::false:179:mpbgp_nexthop=fixed;mpbgp_ipv6=2001:db8::7:false;300;300;3',
    '10.0.0.1:65001::false/mpbgp_nexthop=fixed;mpbgp_ipv6=2001:db8::7',
    '10.0.0.1:65001/mpbgp_nexthop=fixed;mpbgp_ipv6=2001:db8::7',
  ])('%s has whole options', (text) => {
    const [peer] = parsePeers(text);
    expect(Object.fromEntries(peer?.options ?? [])).toEqual({
      mpbgp_nexthop: 'fixed',
      mpbgp_ipv6: '2001:db8::7',
    });
    expect(peer?.bfd).toBe(false);
  });

  it('may ask for BFD without options', () => {
    expect(parsePeers('10.0.0.1:65001::false:179::true;300;300;3')).toMatchObject([{ bfd: true }]);
  });
});
