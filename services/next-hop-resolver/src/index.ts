/**
 * Decides, for each peer and family, which next hop routes get.
 *
 * In: facts about configuration, sessions and VIPs from the log; the host's addresses. Out: `nexthop.Resolved` and
 * `nexthop.Unresolved` facts. The table itself is `@vipcast/next-hop`.
 */
export { type Resolver, type ResolverOptions, startResolver } from './resolver.ts';
