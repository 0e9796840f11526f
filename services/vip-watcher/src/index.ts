/**
 * The VIP watcher: which service addresses this node may advertise, found out and written down.
 *
 * In: node.ConfigApplied and operator.* facts of its own node, the answers of health probes, the outcome of
 * binding addresses to interfaces, and the Services of a cluster (`kubernetes/`). Out: vip.* facts, and operator.Refused for wishes that cannot be granted.
 * Where one node watches the cluster for all, what that one says of it goes out, and comes in, as kubernetes.* facts (`kubernetes/shared/`).
 * Everything is decided by @vipcast/vip; here are its probes (`probes/`), its bindings, and the mapping between
 * its values and facts (`facts.ts`). On start it goes on from what the log says of its own VIPs (`history.ts`).
 */
export { type Allocator, type AllocatorOptions, startAllocator } from './allocation/allocator.ts';
export type { Binder } from './bindings.ts';
export type { Silence } from './kubernetes/hearing.ts';
export { startVipWatcher, type VipWatcher, type VipWatcherOptions } from './vip-watcher.ts';
