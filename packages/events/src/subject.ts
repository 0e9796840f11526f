/** The first half of a fact's type, and the fourth token of its subject. */
export type Aggregate = 'node' | 'vip' | 'nexthop' | 'session' | 'route' | 'operator' | 'kubernetes';

/** What a subject says: whose fact it is, and about what. */
export interface Subject {
  readonly cluster: string;
  readonly node: string;
  readonly aggregate: Aggregate;
  readonly id: string;
}

/** Every aggregate. */
export const AGGREGATES: readonly Aggregate[] = [
  'node',
  'vip',
  'nexthop',
  'session',
  'route',
  'operator',
  'kubernetes',
];

const isAggregate = (text: string | undefined): text is Aggregate =>
  (AGGREGATES as readonly (string | undefined)[]).includes(text);
const PLAIN = /^[a-z0-9-]+$/;

/** Any name as one token: bytes other than `a-z`, `0-9` and `-` are written `_hh`. */
export const escapeToken = (token: string): string =>
  PLAIN.test(token)
    ? token
    : Array.from(new TextEncoder().encode(token), (byte) => {
        const char = String.fromCharCode(byte);
        return PLAIN.test(char) ? char : `_${byte.toString(16).padStart(2, '0')}`;
      }).join('') || '_';

/** The name in a token; `undefined` when that is none of ours. */
export const unescapeToken = (token: string): string | undefined => {
  if (PLAIN.test(token)) return token;
  if (token === '_') return '';
  if (!/^([a-z0-9-]|_[0-9a-f]{2})+$/.test(token)) return undefined;
  const bytes = token
    .match(/_[0-9a-f]{2}|./g)
    ?.map((piece) => (piece.length === 3 ? Number.parseInt(piece.slice(1), 16) : piece.charCodeAt(0)));
  return new TextDecoder().decode(Uint8Array.from(bytes ?? []));
};

/** What every subject of one node begins with. */
export const nodeSubjects = ({ cluster, node }: Pick<Subject, 'cluster' | 'node'>): string =>
  `vipcast.${escapeToken(cluster)}.${escapeToken(node)}.`;

/**
 * `vipcast.<cluster>.<node>.<aggregate>.<id>`. Bytes other than `a-z`, `0-9` and `-` are written `_hh`, so that any
 * name is one NATS token.
 */
export const formatSubject = (subject: Subject): string =>
  `${nodeSubjects(subject)}${subject.aggregate}.${escapeToken(subject.id)}`;

/** The parts of a subject; `undefined` when it is not one of ours. */
export const parseSubject = (text: string): Subject | undefined => {
  const tokens = text.split('.');
  const [root, , , aggregate] = tokens;
  const [cluster, node, id] = [tokens[1], tokens[2], tokens[4]].map((token) =>
    token === undefined ? undefined : unescapeToken(token),
  );
  if (tokens.length !== 5 || root !== 'vipcast' || !isAggregate(aggregate)) return undefined;
  if (cluster === undefined || node === undefined || id === undefined) return undefined;
  return { cluster, node, aggregate, id };
};
