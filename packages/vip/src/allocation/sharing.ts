import type { Claimant } from './claimant.ts';

/**
 * True when two Services may have one address: they carry the same sharing key, have no port in common, and nodes that
 * take traffic for one do so for the other: both have externalTrafficPolicy Cluster, or both Local and the same Pods.
 */
export const mayShare = (a: Claimant, b: Claimant): boolean =>
  a.service.sharingKey !== null &&
  a.service.sharingKey === b.service.sharingKey &&
  a.service.local === b.service.local &&
  (!a.service.local || (a.selector !== null && a.selector === b.selector)) &&
  !a.ports.some((port) => b.ports.includes(port));

/** Why they may not, as the rest of a sentence about the one that has the address. */
export const whyNotShared = (a: Claimant, b: Claimant): string => {
  if (a.service.sharingKey === null) return 'has it, and this Service has no sharing key';
  if (a.service.sharingKey !== b.service.sharingKey) return 'has it, with another sharing key';
  const port = a.ports.find((each) => b.ports.includes(each));
  if (port !== undefined) return `has it, with port ${port} too`;
  return 'has it, and they may share it only if both have externalTrafficPolicy Cluster or the same selector and policy';
};

/** Orders Services by seniority: of two that have the same address, the first keeps it. */
export const bySeniority = ({ service: a }: Claimant, { service: b }: Claimant): number => {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.key === b.key ? 0 : a.key < b.key ? -1 : 1;
};
