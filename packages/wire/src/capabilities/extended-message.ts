import { type CapabilityCodec, type CapabilityOf, presence } from './codec.ts';

/** BGP Extended Message (RFC 8654). */
export const extendedMessage: CapabilityCodec<CapabilityOf<'extended-message'>> = presence(6, {
  kind: 'extended-message',
});
