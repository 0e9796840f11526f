import { type Check, type Findings, liveness, readiness } from './health.ts';

/** What is answered to a request. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

const PAGES: ReadonlyMap<string, (findings: Findings) => readonly Check[]> = new Map([
  ['/livez', liveness],
  ['/readyz', readiness],
]);

/** `[+]ping ok`, `[-]sessions failed: 0 of 2 Established`. */
const checkLine = ({ name, verdict: { ok, detail } }: Check): string =>
  `[${ok ? '+' : '-'}]${name} ${ok ? 'ok' : 'failed'}${detail === undefined ? '' : `: ${detail}`}`;

const page = (name: string, checks: readonly Check[], isVerbose: boolean): Reply => {
  const ok = checks.every(({ verdict }) => verdict.ok);
  if (ok && !isVerbose) return { status: 200, text: 'ok\n' };
  const outcome = `${name} check ${ok ? 'passed' : 'failed'}`;
  return { status: ok ? 200 : 503, text: [...checks.map(checkLine), outcome, ''].join('\n') };
};

/**
 * Answers a request as kube-apiserver answers those for its health: `ok`, or, with `?verbose` or when something fails, a
 * line for each check. `?exclude=sessions` leaves a check out.
 * @param target the request target (RFC 9112 §3.2), whatever it is
 */
export const reply = (method: string, target: string, findings: () => Findings): Reply => {
  const url = URL.parse(target, 'http://localhost');
  const checksOf = url === null ? undefined : PAGES.get(url.pathname);
  if (url === null || checksOf === undefined) return { status: 404, text: 'not found\n' };
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET and HEAD\n' };
  const excluded = url.searchParams.getAll('exclude');
  const checks = checksOf(findings()).filter(({ name }) => !excluded.includes(name));
  return page(url.pathname.slice(1), checks, url.searchParams.has('verbose'));
};
