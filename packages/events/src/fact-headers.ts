const text = (description: string, more: object = {}): object => ({ type: 'string', description, ...more });

const NUMBER = { pattern: '^[1-9][0-9]*$' };

/**
 * JSON Schema (draft 7) of the NATS headers of a fact: CloudEvents 1.0.2 in binary mode, with the extensions that folding
 * needs. Values are percent-encoded as the NATS protocol binding has it (§3.1.3.2).
 */
export const factHeaders = {
  type: 'object',
  required: [
    'Nats-Msg-Id',
    ...['specversion', 'id', 'source', 'type', 'time', 'subject', 'datacontenttype'].map(
      (name) => `ce-${name}`,
    ),
    ...['v', 'writer', 'epoch', 'n', 'causationid', 'correlationid', 'hash'].map((name) => `ce-${name}`),
  ],
  properties: {
    'Nats-Msg-Id': text('The same as ce-id.'),
    'ce-specversion': { const: '1.0' },
    'ce-id': text('UUIDv7.'),
    'ce-source': text('/vipcast/<node>/<service>.'),
    'ce-type': text('What happened: aggregate.PastTense.'),
    'ce-time': text('When it was decided, RFC 3339, by the clock of the node.'),
    'ce-subject': text('The subject that the message is on.'),
    'ce-datacontenttype': { const: 'application/msgpack' },
    'ce-v': text('Version of the shape of the data.', NUMBER),
    'ce-writer': text('<node>/<service>: who writes this subject.'),
    'ce-epoch': text('Grows with each start of the writer.', NUMBER),
    'ce-n': text('1, 2, 3 … within a writer and epoch.', NUMBER),
    'ce-causationid': text('Id of the fact that led to this one; empty at the head of a chain.'),
    'ce-correlationid': text('Id of the fact at the head of the chain.'),
    'ce-hash': text("Chains the fact to its writer's previous one: 16 bytes, hex.", {
      pattern: '^[0-9a-f]{32}$',
    }),
    'content-encoding': text('Only on a large body, which is then compressed.', { const: 'gzip' }),
  },
};
