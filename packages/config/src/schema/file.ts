import { z } from 'zod';
import { endpoint } from './address.ts';
import { bgpSchema } from './bgp.ts';
import { kubernetes } from './kubernetes.ts';
import { peerSchema } from './peer.ts';
import { ruleSchema } from './policy.ts';
import { filePath, label, nodeName, someOf, text, wholeNumber } from './scalar.ts';
import { vipSchema } from './vip.ts';

const natsServer = text('a NATS URL such as nats://nats:4222, without user name or password', (written) => {
  const url = written.length <= 2048 ? URL.parse(written) : null;
  return url && /^(nats|tls):$/.test(url.protocol) && url.username === '' && url.password === ''
    ? written
    : undefined;
});

const log = z.strictObject(
  {
    journal: filePath.nullish(),
    nats: z
      .strictObject(
        {
          servers: someOf(natsServer, 'a list of NATS URLs'),
          credentials: filePath.nullish(),
          ca: filePath.nullish(),
          replicas: wholeNumber(1, 5).nullish(),
        },
        { error: 'a mapping with servers' },
      )
      .nullish(),
  },
  { error: 'a mapping such as { journal: /var/lib/vipcast/journal.db }' },
);

const lookingGlass = z.strictObject({ listen: endpoint }, { error: 'a mapping with listen' });

/** The sections that are one value each. */
export const SECTIONS = {
  cluster: label.nullish(),
  node: nodeName.nullish(),
  bgp: bgpSchema,
  kubernetes: kubernetes.nullish(),
  log: log.nullish(),
  lookingGlass: lookingGlass.nullish(),
};

/** The sections that are lists, with what their elements are. */
export const LISTS = { peers: peerSchema, vips: vipSchema, policy: ruleSchema };

/** The whole file. */
export const fileSchema = z.strictObject({
  ...SECTIONS,
  peers: z.array(LISTS.peers).nullish(),
  vips: z.array(LISTS.vips).nullish(),
  policy: z.array(LISTS.policy).nullish(),
});
