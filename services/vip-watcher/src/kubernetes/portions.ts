import type { ServiceVerdict } from '@vipcast/vip/kubernetes';

/** Verdicts that are told as one: what comes of more is several commits anyway, and takes memory all at once. */
const PORTION = 1000;

/**
 * Verdicts in portions, each to be stepped as one. Of more than one portion, those that advertise come first: an address
 * that moves from one Service to another is advertised by the new one before the old one gives it up.
 */
export const portionsOf = (
  verdicts: readonly ServiceVerdict[],
  most = PORTION,
): readonly (readonly ServiceVerdict[])[] => {
  const inOrder =
    verdicts.length <= most
      ? verdicts
      : verdicts.toSorted((a, b) => Number(b.advertised) - Number(a.advertised));
  return Array.from({ length: Math.ceil(inOrder.length / most) }, (_, i) =>
    inOrder.slice(i * most, (i + 1) * most),
  );
};
