import { formatWishSubject, wishSubjects } from '@vipcast/events';
import { type Names, namesOf } from '@vipcast/log/replication';

/** Somebody whom the servers let in: a node, or one of those who only ask, wish or administer. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** Public half of the nkey, `U…`. */
  readonly publicKey: string;
}

/** What somebody is there for. */
export type Role = 'node' | 'reader' | 'operator' | 'admin';

/** As nats-server has them; what is not named is refused. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  readonly allow_responses?: { readonly max: number; readonly expires: string };
}

/** What it takes to read the log: not to name, change or remove anybody's consumer, and no other stream's. */
const reading = ({ stream, leases }: Names): readonly string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.INFO.${leases}`,
  `$JS.API.STREAM.MSG.GET.${stream}`,
  `$JS.API.CONSUMER.CREATE.${stream}`,
  `$JS.FC.${stream}.>`,
];

/** Wishes to every node, in one operator's name. */
const wishesBy = (cluster: string, by: string): string =>
  formatWishSubject({ cluster, node: '', by }).replace(/[^.]+(?=\.[^.]+$)/, '*');

/** Services that run apart on one node (`vipcast run`) hold a lease each. */
const leasesOfServices = (cluster: string, node: string): readonly string[] =>
  ['vip-watcher', 'next-hop-resolver', 'speaker', 'looking-glass'].map(
    (name) => namesOf({ cluster, node, part: { name, writers: [], subjects: [] } }).lease,
  );

const ROLES: Readonly<Record<Role, (names: Names, cluster: string, name: string) => Permissions>> = {
  // It states its own facts, renews its own lease and answers the wishes that are put to it.
  node: (names, cluster, node) => ({
    publish: [...names.own, names.lease, ...leasesOfServices(cluster, node), ...reading(names)],
    subscribe: [wishSubjects({ cluster, node })],
    allow_responses: { max: 1, expires: '30s' },
  }),
  reader: (names) => ({ publish: reading(names), subscribe: [names.subjects] }),
  // Wishes alone: what becomes of them is a fact, and only nodes state facts.
  operator: (names, cluster, by) => ({
    publish: [...reading(names), wishesBy(cluster, by)],
    subscribe: [names.subjects],
  }),
  // Streams, not what is in them: an administrator cannot state a fact either.
  admin: (names) => ({ publish: ['$JS.API.>'], subscribe: [names.subjects] }),
};

/** What a user may do. Its inboxes are its own: nobody else may listen there. */
export const permissionsOf = ({ name, role, publicKey }: User, cluster: string): Permissions => {
  const { subscribe, ...rest } = ROLES[role](namesOf({ cluster, node: name }), cluster, name);
  return { ...rest, subscribe: [`_INBOX.${publicKey}.>`, ...subscribe] };
};

/** `users.conf`: everybody of the account that holds the log. */
export const usersConf = (users: readonly User[], cluster: string): string =>
  [
    'users: [',
    ...users.flatMap((user) => [
      `  # ${user.role} ${user.name}`,
      `  { nkey: ${user.publicKey}, permissions: ${JSON.stringify(permissionsOf(user, cluster))} }`,
    ]),
    ']',
    '',
  ].join('\n');

/** `system.conf`: who may look after the servers themselves. */
export const systemConf = (publicKey: string): string => `users: [ { nkey: ${publicKey} } ]\n`;
