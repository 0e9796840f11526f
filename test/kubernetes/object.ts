/** An object of the API, as written and as read. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

const plural = (kind: string): string => {
  const word = kind.toLowerCase();
  if (word.endsWith('y')) return `${word.slice(0, -1)}ies`;
  return word.endsWith('s') ? `${word}es` : `${word}s`;
};

/** Where the API server keeps the objects of this one's kind, in its namespace if it has one. */
export const collectionOf = ({ apiVersion, kind, metadata: { namespace } }: KubernetesObject): string => {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${group}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural(kind)}`;
};

/** Where the API server keeps this object. */
export const pathOf = (object: KubernetesObject): string => `${collectionOf(object)}/${object.metadata.name}`;
