import { isObject, type JsonObject, textOf } from '../json.ts';

/** An object as the API server sends it; only its metadata was looked at. */
export interface KubernetesObject {
  readonly metadata: JsonObject;
  readonly [field: string]: unknown;
}

/** What tells objects, and versions of one, apart. Both are opaque: they are only ever equal or not. */
export interface ObjectVersion {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** True for what can be called an object of the API. */
export const isKubernetesObject = (value: unknown): value is KubernetesObject =>
  isObject(value) && isObject(value.metadata);

/** `namespace/name`, or `name` for what has no namespace; '' when there is no name. */
export const keyOf = ({ metadata }: KubernetesObject): string => {
  const name = textOf(metadata, 'name');
  const namespace = textOf(metadata, 'namespace');
  return namespace === '' || name === '' ? name : `${namespace}/${name}`;
};

/** Which version of which object this is. */
export const versionOf = ({ metadata }: KubernetesObject): ObjectVersion => ({
  uid: textOf(metadata, 'uid'),
  resourceVersion: textOf(metadata, 'resourceVersion'),
});
