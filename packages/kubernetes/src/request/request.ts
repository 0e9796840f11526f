/** Values of a query; `undefined` is left out. */
export type Query = { readonly [name: string]: string | number | boolean | undefined };

/** How the body of a PATCH is to be understood. */
export type Patch =
  | { readonly type: 'json' | 'merge' | 'strategic-merge'; readonly fieldManager?: string }
  /** Server-side apply: `force` takes fields over from other managers. */
  | { readonly type: 'apply'; readonly fieldManager: string; readonly force?: boolean };

/** A request to the API server. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** See `resourcePath`. */
  readonly path: string;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** For PATCH; a merge patch when left out. */
  readonly patch?: Patch;
  /** For the whole exchange; 30 s when left out. */
  readonly timeoutMs?: number;
  /** Most bytes of an answer; 16 MiB when left out. */
  readonly largestBody?: number;
  /** Ends the request; its answer is then an error that nobody needs. */
  readonly signal?: AbortSignal;
}

const PATCH_TYPES: { readonly [type in Patch['type']]: string } = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  'strategic-merge': 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

/** The content type of a request's body; `undefined` when it has none. */
export const contentTypeOf = ({ method, body, patch }: Request): string | undefined => {
  if (body === undefined) return undefined;
  return method === 'PATCH' ? PATCH_TYPES[patch?.type ?? 'merge'] : 'application/json';
};

/** The path with its query. */
export const targetOf = (path: string, query: Query = {}, patch?: Patch): string => {
  const apply = patch?.type === 'apply' && patch.force === true ? { force: true } : {};
  const pairs = Object.entries({ ...query, fieldManager: patch?.fieldManager, ...apply })
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
};
