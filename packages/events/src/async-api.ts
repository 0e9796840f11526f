import { z } from 'zod';
import { catalogue } from './catalogue.ts';
import { factHeaders } from './fact-headers.ts';
import { AGGREGATES, type Aggregate } from './subject.ts';
import { versionOf } from './version.ts';
import { answerSchema, wishSchema } from './wish.ts';

type Types = readonly (keyof typeof catalogue)[];

const ABOUT: Readonly<Record<Aggregate, string>> = {
  node: "A node's daemon as a whole. `id` is the node's name.",
  vip: 'What was decided about a service address. `id` is the name of the VIP.',
  nexthop: 'Which next hop a peer gets for a family. `id` is the name of the peer.',
  session: 'The life of the BGP session with a peer. `id` is the name of the peer.',
  route: 'What a peer was told, one fact for each UPDATE. `id` is the name of the peer.',
  operator: 'What a person or a subscriber asked for. `id` is who asked, or the service that refused.',
  kubernetes:
    'What the node that watches the API server for all says of it, and who would. `id` is `watcher`.',
};

const ref = (path: string): { readonly $ref: string } => ({ $ref: `#/${path}` });

/** Draft 7, as AsyncAPI reads it; open, because a later release may add keys. */
const schemaOf = (schema: z.ZodType, open: boolean): object => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      if (open && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return rest;
};

const typesOf = (aggregate: Aggregate): Types =>
  (Object.keys(catalogue) as Types).filter((type) => type.startsWith(`${aggregate}.`));

const named = <K extends string, V>(keys: readonly K[], of: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, V>;

const factMessage = (type: keyof typeof catalogue): object => ({
  name: type,
  title: `${type}, version ${versionOf(type)}`,
  traits: [ref('components/messageTraits/fact')],
  payload: schemaOf(catalogue[type], true),
});

const factChannel = (aggregate: Aggregate): object => ({
  address: `vipcast.{cluster}.{node}.${aggregate}.{id}`,
  description: ABOUT[aggregate],
  parameters: named(['cluster', 'node', 'id'], (name) => ref(`components/parameters/${name}`)),
  messages: named(typesOf(aggregate), (type) => ref(`components/messages/${type}`)),
});

const factOperation = (aggregate: Aggregate): object => ({
  action: 'receive',
  channel: ref(`channels/${aggregate}`),
  summary: `Facts about: ${aggregate}. They are in the stream vipcast-{cluster}; read them with a consumer.`,
  messages: typesOf(aggregate).map((type) => ref(`channels/${aggregate}/messages/${type}`)),
});

const channels = {
  ...named(AGGREGATES, factChannel),
  wishes: {
    address: 'vipcast-wish.{cluster}.{node}.{name}',
    description:
      'What a subscriber asks of a node: a NATS request, answered by the node. Servers are to let each subscriber publish under its own name only.',
    parameters: named(['cluster', 'node', 'name'], (name) => ref(`components/parameters/${name}`)),
    messages: { wish: ref('components/messages/wish') },
  },
  answers: {
    address: null,
    description: "The request's reply subject.",
    messages: { answer: ref('components/messages/answer') },
  },
};

const operations = {
  ...Object.fromEntries(AGGREGATES.map((aggregate) => [`follow-${aggregate}`, factOperation(aggregate)])),
  wish: {
    action: 'send',
    channel: ref('channels/wishes'),
    messages: [ref('channels/wishes/messages/wish')],
    reply: { channel: ref('channels/answers'), messages: [ref('channels/answers/messages/answer')] },
  },
};

const parameters = {
  cluster: {
    description: 'The name of the cluster. In names, bytes other than a-z, 0-9 and - are written _hh.',
  },
  node: { description: 'The name of the node that speaks, or is spoken to.' },
  id: { description: 'What the fact is about.' },
  name: { description: 'The name of the subscriber.' },
};

const messages = {
  ...named(Object.keys(catalogue) as Types, factMessage),
  wish: {
    name: 'wish',
    contentType: 'application/json',
    summary: 'A wish, with an id of its own: asked again with the same id, nothing is done twice.',
    payload: schemaOf(wishSchema, false),
  },
  answer: {
    name: 'answer',
    contentType: 'application/json',
    summary:
      'accepted: the wish is in the log. refused: nothing was done. failed: the log cannot be written.',
    payload: schemaOf(answerSchema, true),
  },
};

/** The AsyncAPI 3.0 document of what a subscriber receives and may send, as plain data. */
export const asyncApi = (): object => ({
  asyncapi: '3.0.0',
  info: {
    title: 'vipcast',
    version: '1',
    description:
      'The log of a vipcast cluster on NATS JetStream. A fact is a CloudEvents 1.0 message in binary mode (NATS protocol binding): attributes are ce- headers, the body is plain MessagePack. Facts are folded; (writer, epoch, n) is what makes one, so that one delivered twice is known. Types, versions and keys that a reader does not know are a later release: pass them over.',
    license: { name: 'Apache-2.0' },
  },
  defaultContentType: 'application/msgpack',
  channels,
  operations,
  components: {
    messages,
    messageTraits: { fact: { contentType: 'application/msgpack', headers: factHeaders } },
    parameters,
  },
});
