import { z } from 'zod';
import { listenAddress, routerID } from './address.ts';
import { asn } from './asn.ts';
import { drainTime } from './duration.ts';
import { inheritable } from './peer.ts';
import { port } from './scalar.ts';

const LISTEN = "false, or a mapping such as { address: '::', port: 179 }";

const listen = z.union(
  [
    z.literal(false, { error: LISTEN }),
    z.strictObject({ address: listenAddress, port: port.nullish() }, { error: LISTEN }),
  ],
  { error: LISTEN },
);

/** The section `bgp`. */
export const bgpSchema = z.strictObject(
  {
    localASN: asn,
    routerID: routerID.nullish(),
    listen: listen.nullish(),
    drainTime: drainTime.nullish(),
    ...inheritable,
  },
  { error: 'a mapping with at least localASN' },
);

/** The section as written. */
export type BgpSection = z.output<typeof bgpSchema>;
