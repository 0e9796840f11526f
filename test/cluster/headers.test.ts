import { headersOf } from '@vipcast/nats';
import { headers, type Msg } from 'nats';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../interop/poll.ts';
import { have } from '../setup/packages.ts';
import { administer } from './administration.ts';
import { type NatsServer, startNats } from './nats.ts';

let nats: NatsServer | undefined;
afterEach(() => nats?.[Symbol.asyncDispose]());

/** What is sent, as the client library delivers it. */
const delivered = async (
  messages: readonly { readonly fields: Readonly<Record<string, string>>; readonly body: Uint8Array }[],
): Promise<readonly Msg[]> => {
  nats = await startNats('2.14');
  return administer(nats, async (_, nc) => {
    const received: Msg[] = [];
    nc.subscribe('here.>', { callback: (__, message) => void received.push(message) });
    for (const { fields, body } of messages) {
      const list = headers();
      for (const [name, value] of Object.entries(fields)) list.set(name, value);
      nc.publish('here.on', body, { headers: list, reply: 'there' });
    }
    await until(() => received.length === messages.length, { what: 'all messages' });
    return received;
  });
};

describe.skipIf(!have('nats-server 2.14'))('headers of a message', () => {
  const fields = { 'ce-id': 'a', 'ce-ids': 'b', empty: '', text: 'of several: words', accent: 'caf\u00e9' };
  // The library puts a message together that comes in several pieces.
  const sizes = [0, 1, 1000, 300_000, 900_000];
  const messages = sizes.map((size) => ({
    fields: { ...fields, size: `${size}` },
    body: Buffer.alloc(size, 7),
  }));

  it('are what the library reads, and read without it', async () => {
    for (const message of await delivered(messages)) {
      const read = [...(message.headers?.keys() ?? [])].map((name) => [name, message.headers?.get(name)]);
      Object.defineProperty(message, 'headers', {
        get: () => {
          throw new Error('the library was asked');
        },
      });
      const header = headersOf(message);
      expect(read).toEqual(Object.keys({ ...fields, size: '' }).map((name) => [name, header(name)]));
      for (const absent of ['ce-', 'CE-ID', 'd', 'words']) expect(header(absent)).toBe('');
    }
  });

  it('are what the library reads where their bytes are not to be had', async () => {
    const [message] = (await delivered(messages.slice(1, 2))) as [Msg];
    const elsewhere = {
      subject: message.subject,
      reply: 'there',
      data: Uint8Array.from(message.data),
      headers: message.headers,
    };
    for (const other of [elsewhere, { ...elsewhere, size: () => 5000 }, { ...elsewhere, size: () => 12 }])
      expect(headersOf(other as unknown as Msg)('text')).toBe(fields.text);
  });
});
