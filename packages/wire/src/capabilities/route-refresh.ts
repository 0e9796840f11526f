import { type CapabilityCodec, type CapabilityOf, presence } from './codec.ts';

/** Route Refresh (RFC 2918). */
export const routeRefresh: CapabilityCodec<CapabilityOf<'route-refresh'>> = presence(2, {
  kind: 'route-refresh',
});
