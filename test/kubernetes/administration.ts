import type { Answer, Ask } from './conversation.ts';
import { type KubernetesObject, pathOf } from './object.ts';

/** A ServiceAccount, by name. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** What an administrator does; each throws with the API server's words when it is refused. */
export interface Administration {
  /** Makes objects so: creates or changes them, and their status where they have one. */
  apply(...objects: readonly KubernetesObject[]): Promise<void>;
  remove(...objects: readonly KubernetesObject[]): Promise<void>;
  /** A token that a ServiceAccount's Pod would be given. */
  userToken(account: Account): Promise<string>;
}

const accepted = async (answer: Promise<Answer>, what: string): Promise<Answer['body']> => {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
  return body;
};

const applyOne = async (ask: Ask, { status, ...object }: KubernetesObject): Promise<void> => {
  const path = pathOf(object);
  const mine = `${path}?fieldManager=vipcast-test&force=true`;
  await accepted(ask('PATCH', mine, object, 'application/apply-patch+yaml'), `apply ${path}`);
  if (status === undefined) return;
  // As kubelets do: two addresses of one type, which a dual-stack Node has, are more than an apply can express.
  const patched = ask('PATCH', `${path}/status`, { status }, 'application/merge-patch+json');
  await accepted(patched, `status of ${path}`);
};

const tokenOf = async (ask: Ask, { name, namespace }: Account): Promise<string> => {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const wish = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const body = await accepted(ask('POST', path, wish), `token for ${name}`);
  return (body as { readonly status: { readonly token: string } }).status.token;
};

/** Does it through `ask`, object by object in the order given. */
export const administration = (ask: Ask): Administration => ({
  apply: async (...objects) => {
    for (const object of objects) await applyOne(ask, object);
  },
  remove: async (...objects) => {
    for (const object of objects) await accepted(ask('DELETE', pathOf(object)), `delete ${pathOf(object)}`);
  },
  userToken: (account) => tokenOf(ask, account),
});
