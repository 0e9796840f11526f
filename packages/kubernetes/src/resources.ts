/** A kind of thing that the API server keeps. */
export interface Resource {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** A resource of a custom definition, or any other. */
export const resource = (
  group: string,
  version: string,
  plural: string,
  kind: string,
  namespaced = true,
): Resource => ({ group, version, plural, kind, namespaced });

export const SERVICES = resource('', 'v1', 'services', 'Service');
export const NODES = resource('', 'v1', 'nodes', 'Node', false);
export const NAMESPACES = resource('', 'v1', 'namespaces', 'Namespace', false);
export const EVENTS = resource('', 'v1', 'events', 'Event');
export const ENDPOINT_SLICES = resource('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice');
export const LEASES = resource('coordination.k8s.io', 'v1', 'leases', 'Lease');

/** `v1`, or `group/version`, as an object's `apiVersion` says it. */
export const apiVersionOf = ({ group, version }: Resource): string =>
  group === '' ? version : `${group}/${version}`;

/** What of a resource is meant; without a name, all of a namespace or of the cluster. */
export interface Place {
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: 'status' | 'scale' | undefined;
}

/** The path of a resource; names are escaped. A namespace is left out for what has none. */
export const resourcePath = (of: Resource, { namespace, name, subresource }: Place = {}): string => {
  const parts = [
    of.group === '' ? 'api' : `apis/${encodeURIComponent(of.group)}`,
    encodeURIComponent(of.version),
    ...(of.namespaced && namespace !== undefined ? ['namespaces', encodeURIComponent(namespace)] : []),
    encodeURIComponent(of.plural),
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(name === undefined || subresource === undefined ? [] : [subresource]),
  ];
  return `/${parts.join('/')}`;
};
