/**
 * What vipcast asks of Linux beyond Node.
 *
 * TCP: `dial` and `listen` return Node's own sockets and servers, with options that Node cannot set: MD5 signatures,
 * a least TTL, the TTL sent, an interface to go through. The C library is reached through koffi; a descriptor is opened,
 * given its options and handed to Node before it connects or listens. `protectConnection` changes one that is running. No
 * capability is needed but for ports below 1024.
 *
 * Addresses: `readAddresses` and `watchAddresses` tell what addresses the host has, from iproute2's `ip`;
 * `bindAddress` and `unbindAddress` put a VIP on an interface, which needs CAP_NET_ADMIN. Failures there are values.
 *
 * Memory: `trimMemory` gives back what the C library keeps of memory that nobody uses; `shareArena` has it keep less.
 *
 * The processor: `giveWay` lets the thread go first that was just told of something.
 *
 * RFCs: 2385 (MD5), 4594 (type of service), 4862 and 8981 (states of an IPv6 address), 5082 (GTSM).
 */
export { type AddressWatch, readAddresses, watchAddresses } from './addresses.ts';
export {
  type BindingFailure,
  type BindingOutcome,
  type BoundAddress,
  bindAddress,
  boundAddresses,
  unbindAddress,
} from './binding.ts';
export { type DialOptions, dial } from './dial.ts';
export { giveWay } from './give-way.ts';
export { protectConnection } from './guard.ts';
export type { AddressFlags, HostAddress } from './host-address.ts';
export { type ListenOptions, listen } from './listener.ts';
export { shareArena, trimMemory } from './memory.ts';
export { openSocket, type SocketOptions } from './socket.ts';
export { type Md5Key, NETWORK_CONTROL, type Protection } from './socket-option.ts';
