import { escapeToken, unescapeToken } from './subject.ts';

/** Which node is asked, and by whom. */
export interface WishSubject {
  readonly cluster: string;
  readonly node: string;
  /** The subscriber's name. */
  readonly by: string;
}

const ROOT = 'vipcast-wish';

/** `vipcast-wish.<cluster>.<node>.<by>`, outside of the stream of facts: a wish is asked and answered, not kept. */
export const formatWishSubject = ({ cluster, node, by }: WishSubject): string =>
  [ROOT, ...[cluster, node, by].map(escapeToken)].join('.');

/** Every subscriber's wishes to one node. */
export const wishSubjects = ({ cluster, node }: Omit<WishSubject, 'by'>): string =>
  `${ROOT}.${escapeToken(cluster)}.${escapeToken(node)}.*`;

/** The parts of a wish's subject; `undefined` when it is not one, or nobody's name is in it. */
export const parseWishSubject = (text: string): WishSubject | undefined => {
  const [root, ...names] = text.split('.');
  const [cluster, node, by, ...rest] = names.map(unescapeToken);
  if (root !== ROOT || rest.length > 0 || cluster === undefined || node === undefined || !by)
    return undefined;
  const subject = { cluster, node, by };
  // A name has one spelling: `_61lice` is no way to be alice where the server only keeps others from `alice`.
  return formatWishSubject(subject) === text ? subject : undefined;
};
