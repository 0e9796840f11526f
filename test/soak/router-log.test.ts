import { describe, expect, it } from 'vitest';
import { heardBy } from './router-log.ts';

const NEIGHBORS = ['10.0.0.4', '10.0.0.5', '10.0.0.6'];
const at = (time: string): number => new Date(`2026-11-23T${time}`).getTime();

/** What FRR 10 and BIRD 2 wrote when a node withdrew one route, and when another node was killed. */
const FRR = `2026/11/23 12:55:49.257 BGP: [M7Q4P-46WDR] 10.0.0.5(n2) rcvd UPDATE w/ attr: nexthop 10.0.0.5, origin i, path 65000
2026/11/23 12:55:49.257 BGP: [YCKEM-GB33T] 10.0.0.5(n2) rcvd 192.0.2.30/32 IPv4 unicast
2026/11/23 12:55:49.290 BGP: [YCKEM-GB33T] 10.0.0.5(n2) rcvd 2001:db8:1::10/128 IPv6 unicast
2026/11/23 12:55:57.300 BGP: [PAPP6-VDAWM] 10.0.0.4(n1) rcvd UPDATE about 198.51.100.1/32 IPv4 unicast -- withdrawn
2026/11/23 12:56:07.382 BGP: [PXVXG-TFNNT] %ADJCHANGE: neighbor 10.0.0.4(n1) in vrf default Down Peer closed the session
`;
const BIRD = `2026-11-23 12:55:49.516 <TRACE> peer0: State changed to up
2026-11-23 12:55:56.903 <TRACE> peer0: Got UPDATE
2026-11-23 12:55:56.903 <TRACE> peer0.ipv4 > added [best] 198.51.100.1/32 0L 7G unicast
2026-11-23 12:55:57.300 <TRACE> peer0.ipv4 > removed [sole] 198.51.100.1/32 0L 7G unicast
2026-11-23 12:55:58.293 <TRACE> peer1.ipv4 > removed 192.0.2.20/32 0L 6G unicast
2026-11-23 12:56:07.381 <TRACE> peer0: State changed to stop
2026-11-23 12:56:07.382 <TRACE> peer0.ipv6 > removed [replaced] 2001:db8:1::10/128 0L 7G unicast
2026-11-23 12:56:07.382 <TRACE> peer0: State changed to down
2026-11-23 12:56:10.040 <TRACE> peer0: State changed to up
2026-11-23 12:56:10.048 <TRACE> peer0.ipv6 > added [best] 2001:db8:1::10/128 0L 7G unicast
`;

describe('the log of a router', () => {
  it('tells what FRR was told', () => {
    expect(heardBy('frr', FRR, NEIGHBORS)).toEqual([
      { kind: 'announced', neighbor: '10.0.0.5', prefix: '192.0.2.30/32', at: at('12:55:49.257') },
      { kind: 'announced', neighbor: '10.0.0.5', prefix: '2001:db8:1::10/128', at: at('12:55:49.290') },
      { kind: 'withdrawn', neighbor: '10.0.0.4', prefix: '198.51.100.1/32', at: at('12:55:57.300') },
    ]);
  });

  it('tells what BIRD was told, and not what went with a session', () => {
    expect(heardBy('bird', BIRD, NEIGHBORS)).toEqual([
      { kind: 'announced', neighbor: '10.0.0.4', prefix: '198.51.100.1/32', at: at('12:55:56.903') },
      { kind: 'withdrawn', neighbor: '10.0.0.4', prefix: '198.51.100.1/32', at: at('12:55:57.300') },
      { kind: 'withdrawn', neighbor: '10.0.0.5', prefix: '192.0.2.20/32', at: at('12:55:58.293') },
      { kind: 'announced', neighbor: '10.0.0.4', prefix: '2001:db8:1::10/128', at: at('12:56:10.048') },
    ]);
  });
});
