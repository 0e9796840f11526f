import type { Vipcast } from '../interop/vipcast.ts';

/** A fact as `vipcast log -o json` prints it. */
export interface LoggedFact {
  readonly id: string;
  readonly causationId: string;
  readonly type: string;
  readonly subject: string;
  readonly seq: number;
  /** RFC 3339. */
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** All facts of a daemon's log, as the command tells them. */
export const logOf = async (vipcast: Pick<Vipcast, 'cli'>): Promise<readonly LoggedFact[]> => {
  const { code, stdout, stderr } = await vipcast.cli('log', '-o', 'json');
  if (code !== 0) throw new Error(`vipcast log ended with ${code}: ${stderr}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LoggedFact);
};

const hostRoute = (address: string): string => `${address}/${address.includes(':') ? 128 : 32}`;

/**
 * The host routes of the VIPs that a log last knew as advertised, sorted; with what operators asked for and nobody has
 * answered yet, which a daemon does when it starts.
 */
export const advertisedIn = (facts: readonly LoggedFact[]): readonly string[] => {
  const vips = new Map<unknown, readonly string[]>();
  const answered = new Set(facts.map(({ causationId }) => causationId));
  const wishes = facts.filter(({ id, type }) => type.endsWith('Requested') && !answered.has(id));
  for (const { type, data } of facts) {
    if (type === 'vip.Advertised') vips.set(data.vip, data.addresses as string[]);
    if (type === 'vip.Withdrawn' || type === 'vip.Withheld') vips.delete(data.vip);
  }
  const routes = new Set([...vips.values()].flat().map(hostRoute));
  for (const { type, data } of wishes)
    for (const route of (data.addresses as string[]).map(hostRoute))
      if (type === 'operator.AnnounceRequested') routes.add(route);
      else routes.delete(route);
  return [...routes].sort();
};
