import { type CapabilityCodec, type CapabilityOf, presence } from './codec.ts';

/** Enhanced Route Refresh (RFC 7313). */
export const enhancedRouteRefresh: CapabilityCodec<CapabilityOf<'enhanced-route-refresh'>> = presence(70, {
  kind: 'enhanced-route-refresh',
});
