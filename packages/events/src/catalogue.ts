import type { z } from 'zod';
import { kubernetes } from './catalogue/kubernetes.ts';
import { nextHop } from './catalogue/next-hop.ts';
import { node } from './catalogue/node.ts';
import { operator } from './catalogue/operator.ts';
import { route } from './catalogue/route.ts';
import { session } from './catalogue/session.ts';
import { vip } from './catalogue/vip.ts';

/** Every fact there is: its type, and the schema of its data. */
export const catalogue = { ...node, ...vip, ...nextHop, ...session, ...route, ...operator, ...kubernetes };

/** Type of a fact ⇒ type of its data. */
export type Facts = { readonly [K in keyof typeof catalogue]: z.infer<(typeof catalogue)[K]> };
