/** A nats-server and where it listens. */
export interface Server {
  readonly name: string;
  /** An address or a name; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly routePort: number;
}

const FORM = /^([a-z0-9][a-z0-9.-]*)=(?:\[([0-9a-f:]+)\]|([^:,\s]+))(?::(\d+))?(?::(\d+))?$/i;

/**
 * Reads `NAME=HOST[:PORT[:ROUTE_PORT]]`.
 * @throws Error when it is none
 */
export const readServer = (text: string): Server => {
  const [, name, ipv6, host, port = '4222', routePort = '6222'] = FORM.exec(text) ?? [];
  if (name === undefined) throw new Error(`--server ${text} is not NAME=HOST[:PORT[:ROUTE_PORT]]`);
  return { name, host: ipv6 ?? host ?? '', port: Number(port), routePort: Number(routePort) };
};

const at = (host: string, port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/**
 * `server.conf`.
 * @param store the folder for what is stored
 */
export const serverConf = ({ name, host, port }: Server, store: string): string =>
  Object.entries({ server_name: name, listen: at(host, port), store })
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');

/** `routes.conf`: how it finds the others. */
export const routesConf = ({ host, routePort }: Server, cluster: string, all: readonly Server[]): string =>
  [
    `name: ${JSON.stringify(cluster)}`,
    `listen: ${JSON.stringify(at(host, routePort))}`,
    `routes: ${JSON.stringify(all.map((each) => `nats://${at(each.host, each.routePort)}`))}`,
    '',
  ].join('\n');

/** The address for clients. */
export const clientUrl = ({ host, port }: Server): string => `tls://${at(host, port)}`;

/** The names by which the pods of a release of the official chart are reached, from `NAMESPACE[/RELEASE]`. */
export const kubernetesHosts = (text: string): readonly string[] => {
  const [namespace, release = 'nats'] = text.split('/');
  const domains = ['', `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`];
  return [release, `*.${release}-headless`].flatMap((host) => domains.map((domain) => host + domain));
};
