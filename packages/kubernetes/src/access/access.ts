import type { IdentitySource } from './identity.ts';

/** The API server's address. */
export interface Server {
  readonly protocol: 'https:' | 'http:';
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** What stands before every path, without a slash at its end. */
  readonly prefix: string;
}

/** Where the API server is and how to introduce ourselves. Holds no secret that could be printed. */
export interface Access extends IdentitySource {
  readonly server: Server;
  /** The name the server's certificate must bear, when it is not the host's. */
  readonly serverName: string | undefined;
  /** False only for `insecure-skip-tls-verify`. */
  readonly verify: boolean;
  /** The namespace we are in, or the context's; `default` when neither says. */
  readonly namespace: string;
  /** Where all this was found, for people. */
  readonly source: string;
}

const PORTS = { 'https:': 443, 'http:': 80 };

/** Reads `https://host:port/prefix`; `undefined` when it is not that. */
export const parseServer = (text: string): Server | undefined => {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  return {
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? PORTS[url.protocol] : Number(url.port),
    prefix: url.pathname.replace(/\/+$/, ''),
  };
};

/** The server as a URL. */
export const formatServer = ({ protocol, host, port, prefix }: Server): string =>
  `${protocol}//${host.includes(':') ? `[${host}]` : host}:${port}${prefix}`;
