import type { Config, PeerConfig } from '@vipcast/config';
import { describe, expect, it } from 'vitest';
import { listenerChanged } from './settings.ts';
import { listenerGuards } from './socket-options.ts';

const peer = (ttlSecurity: boolean) =>
  ({ address: '10.0.0.2', passwordFile: null, ttlSecurity }) as PeerConfig;
const config = (...peers: PeerConfig[]) =>
  ({ bgp: { listen: { address: '::', port: 179 } }, peers }) as unknown as Config;

describe('the listening socket', () => {
  it('answers with a TTL of 255 as soon as one peer guards its own (RFC 5082)', () => {
    expect(listenerGuards([peer(false), peer(true)])).toEqual({ ttl: 255 });
    expect(listenerGuards([peer(false)])).toEqual({});
  });

  it('is opened anew when a peer begins to guard its TTL', () => {
    expect(listenerChanged(config(peer(false)), config(peer(true)))).toBe(true);
    expect(listenerChanged(config(peer(true)), config(peer(true)))).toBe(false);
  });
});
