/** What a node's key must not be able to say: a subject, and what is sent there. */
export interface Forbidden {
  readonly what: string;
  readonly subject: string;
  readonly body?: object | string;
}

const FACTS = 'vipcast-test';
const LEASES = 'vipcast-lease-test';

const api = (what: string, name: string, body?: object): Forbidden => ({
  what,
  subject: `$JS.API.${name}`,
  ...(body === undefined ? {} : { body }),
});

const consumer = { stream_name: FACTS, config: { name: 'evil', ack_policy: 'none', deliver_policy: 'all' } };

/**
 * Everything that node `n1` is refused, beside what `n2` owns.
 * @param other the public key of another node
 * @param victim the name of another node's consumer
 */
export const forbiddenTo = (other: string, victim: string): readonly Forbidden[] => [
  // Somebody else's word.
  { what: "another node's VIP", subject: 'vipcast.test.n2.vip.web' },
  { what: "another node's route", subject: 'vipcast.test.n2.route.tor1' },
  { what: 'a node whose name begins alike', subject: 'vipcast.test.n10.vip.web' },
  { what: 'the same name in capitals', subject: 'vipcast.test.N1.vip.web' },
  { what: 'nobody', subject: 'vipcast.test.n1' },
  { what: 'the same node of another cluster', subject: 'vipcast.other.n1.vip.web' },
  { what: "an operator's wish to another node", subject: 'vipcast-wish.test.n2.alice' },
  { what: "an operator's wish to itself", subject: 'vipcast-wish.test.n1.alice' },
  { what: 'a wish of its own', subject: 'vipcast-wish.test.n1.n1' },
  { what: "another node's lease", subject: 'vipcast-lease.test.n2' },
  { what: 'a lease below our own', subject: 'vipcast-lease.test.n1.x' },
  { what: 'a lease of another cluster', subject: 'vipcast-lease.other.n1' },
  // Streams.
  api('make the stream of facts', `STREAM.CREATE.${FACTS}`, { name: FACTS, subjects: ['vipcast.test.>'] }),
  api('make the stream of leases', `STREAM.CREATE.${LEASES}`, { name: LEASES }),
  api('make another stream', 'STREAM.CREATE.evil', { name: 'evil', subjects: ['evil'] }),
  api('a stream that listens to wishes', 'STREAM.CREATE.evil', { name: 'evil', sources: [{ name: FACTS }] }),
  api('change the stream of facts', `STREAM.UPDATE.${FACTS}`, { name: FACTS, max_msgs: 1 }),
  api('change the stream of leases', `STREAM.UPDATE.${LEASES}`, { name: LEASES, max_age: 0 }),
  api('delete the stream of facts', `STREAM.DELETE.${FACTS}`),
  api('delete the stream of leases', `STREAM.DELETE.${LEASES}`),
  api('purge the stream of facts', `STREAM.PURGE.${FACTS}`),
  api("purge another node's facts", `STREAM.PURGE.${FACTS}`, { filter: 'vipcast.test.n2.>' }),
  api('purge our own facts', `STREAM.PURGE.${FACTS}`, { filter: 'vipcast.test.n1.>' }),
  api('purge the leases', `STREAM.PURGE.${LEASES}`),
  api('delete a message', `STREAM.MSG.DELETE.${FACTS}`, { seq: 1 }),
  api('erase a message', `STREAM.MSG.DELETE.${FACTS}`, { seq: 1, no_erase: false }),
  api('delete a lease', `STREAM.MSG.DELETE.${LEASES}`, { seq: 1 }),
  api('read a lease', `STREAM.MSG.GET.${LEASES}`, { seq: 1 }),
  api('read from another stream', 'STREAM.MSG.GET.other', { seq: 1 }),
  api('ask about another stream', 'STREAM.INFO.other'),
  api('list streams', 'STREAM.LIST'),
  api('name streams', 'STREAM.NAMES'),
  api('take a snapshot', `STREAM.SNAPSHOT.${FACTS}`, { deliver_subject: 'vipcast.test.n1.x' }),
  api('restore a snapshot', `STREAM.RESTORE.${FACTS}`, { config: { name: FACTS } }),
  api('restore over the leases', `STREAM.RESTORE.${LEASES}`, { config: { name: LEASES } }),
  api('remove a copy', `STREAM.PEER.REMOVE.${FACTS}`, { peer: 'a' }),
  api("the stream's leader steps down", `STREAM.LEADER.STEPDOWN.${FACTS}`),
  api("the leases' leader steps down", `STREAM.LEADER.STEPDOWN.${LEASES}`),
  // Consumers.
  api('a consumer by name', `CONSUMER.CREATE.${FACTS}.evil`, consumer),
  api('a consumer by name and filter', `CONSUMER.CREATE.${FACTS}.evil.vipcast.test.n2.vip.web`, consumer),
  api("change another's consumer", `CONSUMER.CREATE.${FACTS}.${victim}`, { ...consumer, action: 'update' }),
  api('a durable consumer', `CONSUMER.DURABLE.CREATE.${FACTS}.evil`, consumer),
  api('a consumer of leases', `CONSUMER.CREATE.${LEASES}`, consumer),
  api('a consumer of leases by name', `CONSUMER.CREATE.${LEASES}.evil`, consumer),
  api('a consumer of another stream', 'CONSUMER.CREATE.other', consumer),
  api("delete another's consumer", `CONSUMER.DELETE.${FACTS}.${victim}`),
  api("pause another's consumer", `CONSUMER.PAUSE.${FACTS}.${victim}`, {
    pause_until: '2100-01-01T00:00:00Z',
  }),
  api("reset another's consumer", `CONSUMER.RESET.${FACTS}.${victim}`, { seq: 1 }),
  api("unpin another's consumer", `CONSUMER.UNPIN.${FACTS}.${victim}`, { group: 'x' }),
  api("another's consumer's leader steps down", `CONSUMER.LEADER.STEPDOWN.${FACTS}.${victim}`),
  api("ask about another's consumer", `CONSUMER.INFO.${FACTS}.${victim}`),
  api('list consumers', `CONSUMER.LIST.${FACTS}`),
  api('name consumers', `CONSUMER.NAMES.${FACTS}`),
  api('pull', `CONSUMER.MSG.NEXT.${FACTS}.${victim}`, { batch: 1 }),
  api('read directly', `DIRECT.GET.${FACTS}`, { seq: 1 }),
  api('read a lease directly', `DIRECT.GET.${LEASES}.vipcast-lease.test.n2`),
  { what: "acknowledge for another's consumer", subject: `$JS.ACK.${FACTS}.${victim}.1.1.1.1.0` },
  { what: 'flow control of leases', subject: `$JS.FC.${LEASES}.x.y` },
  // The account and the servers.
  api('ask about the account', 'INFO'),
  api('purge the account', 'ACCOUNT.PURGE.VIPCAST'),
  api('move a stream', `ACCOUNT.STREAM.MOVE.VIPCAST.${FACTS}`, { server: 'a' }),
  api('the meta leader steps down', 'META.LEADER.STEPDOWN'),
  api('remove a server', 'SERVER.REMOVE', { peer: 'b' }),
  { what: 'an advisory', subject: '$JS.EVENT.ADVISORY.STREAM.DELETED.vipcast-test' },
  { what: "the servers' own replication", subject: '$NRG.AE.S-R3F-x' },
  { what: 'ping servers', subject: '$SYS.REQ.SERVER.PING' },
  { what: 'ask servers', subject: '$SYS.REQ.SERVER.PING.VARZ' },
  { what: 'reload a server', subject: '$SYS.REQ.SERVER.X.RELOAD' },
  { what: 'throw out a client', subject: '$SYS.REQ.SERVER.X.KICK', body: { cid: 5 } },
  { what: 'list connections', subject: '$SYS.REQ.ACCOUNT.VIPCAST.CONNZ' },
  { what: 'change an account', subject: '$SYS.REQ.CLAIMS.UPDATE' },
  { what: 'ask who we are', subject: '$SYS.REQ.USER.INFO' },
  // Others.
  { what: "an answer to another node's question", subject: `_INBOX.${other}.x` },
  { what: "an answer to somebody's question", subject: '_INBOX.x' },
  { what: 'discover services', subject: '$SRV.PING' },
  { what: 'a key-value bucket', subject: '$KV.evil.x' },
  { what: 'an object store', subject: '$O.evil.x' },
  { what: 'anything else', subject: 'hello' },
];

/** Where node `n1` must not be able to listen. */
export const deafTo = (other: string): readonly string[] => [
  '>',
  '*',
  '_INBOX.>',
  '_INBOX.*.*',
  `_INBOX.${other}.>`,
  'vipcast.test.>',
  'vipcast.test.n2.>',
  'vipcast-wish.test.>',
  'vipcast-wish.test.n2.*',
  'vipcast-lease.test.>',
  '$JS.ACK.>',
  '$JS.API.>',
  '$JS.EVENT.ADVISORY.>',
  '$SYS.>',
];
