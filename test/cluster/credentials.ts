import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { discard, scratch } from '../interop/scratch.ts';
import { runMake } from './secured.ts';

type Key = ReturnType<typeof nkeys.createUser>;

interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  readonly allow_responses: { readonly max: number };
}

/** The key that deploy/nats makes for a node, and what it lets it do. */
const nodeKey = async (node: string): Promise<{ readonly key: Key; readonly permissions: Permissions }> => {
  const folder = await scratch('jwt');
  try {
    await runMake(folder, '--server=a=127.0.0.1', `--node=${node}`);
    const seed = await readFile(join(folder, 'keys', 'nodes', `${node}.nkey`), 'utf8');
    const users = await readFile(join(folder, 'servers', 'a', 'users.conf'), 'utf8');
    const [, text = ''] = new RegExp(`# node ${node}\\n.*permissions: (.*) }`).exec(users) ?? [];
    return { key: nkeys.fromSeed(Buffer.from(seed.trim())), permissions: JSON.parse(text) as Permissions };
  } finally {
    await discard(folder);
  }
};

const encoded = (value: object | Uint8Array): string =>
  Buffer.from(value instanceof Uint8Array ? value : JSON.stringify(value)).toString('base64url');

/** A JWT as nats-server reads them (its ADR-14): `issuer` says this of `subject`. */
const token = (issuer: Key, subject: Key, name: string, nats: object): string => {
  const claims = {
    jti: name,
    iat: 1_790_000_000,
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
  };
  const head = encoded({ typ: 'JWT', alg: 'ed25519-nkey' });
  const text = `${head}.${encoded({ ...claims, nats: { ...nats, version: 2 } })}`;
  return `${text}.${encoded(issuer.sign(Buffer.from(text)))}`;
};

const UNLIMITED = { subs: -1, data: -1, payload: -1 };
const ACCOUNT = { ...UNLIMITED, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const STORAGE = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };

/** A server that knows its users by JWT, and what its users are handed. */
export interface Jwts {
  /** For the server. */
  readonly config: string;
  /** The text of a node's `.creds` file, with the permissions that deploy/nats gives a node. */
  creds(node: string): Promise<string>;
  /** The text of one for somebody who may do anything. */
  readonly anything: string;
  /** What must be nowhere but in those files. */
  readonly seeds: readonly string[];
}

/** An operator, an account for cluster `test`, and users. */
export const makeJwts = (): Jwts => {
  const [operator, account, system] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const seeds: string[] = [];
  const credsOf = (user: Key, name: string, permissions: object): string => {
    const seed = Buffer.from(user.getSeed()).toString();
    seeds.push(seed);
    const jwt = token(account, user, name, { ...UNLIMITED, ...permissions, type: 'user' });
    const block = (what: string, text: string): string =>
      `-----BEGIN ${what}-----\n${text}\n------END ${what}------\n`;
    return `${block('NATS USER JWT', jwt)}\n${block('USER NKEY SEED', seed)}`;
  };
  const accounts = [
    [account, 'VIPCAST', { ...ACCOUNT, ...STORAGE }],
    [system, 'SYS', ACCOUNT],
  ] as const;
  const preload = accounts.map(
    ([key, name, limits]) =>
      `${key.getPublicKey()}: ${token(operator, key, name, { type: 'account', limits, default_permissions: {} })}`,
  );
  return {
    config: [
      `operator: ${token(operator, operator, 'O', { type: 'operator' })}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: {\n${preload.join('\n')}\n}`,
      '',
    ].join('\n'),
    creds: async (node) => {
      const { key, permissions } = await nodeKey(node);
      return credsOf(key, node, {
        pub: { allow: permissions.publish },
        sub: { allow: permissions.subscribe },
        resp: { max: permissions.allow_responses.max, ttl: 30e9 },
      });
    },
    anything: credsOf(nkeys.createUser(), 'anything', { pub: {}, sub: {} }),
    seeds,
  };
};
