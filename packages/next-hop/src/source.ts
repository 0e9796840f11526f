import { formatAddress, parseAddress } from '@vipcast/net';
import { judgeLinks } from './candidate.ts';
import { type DecisionInput, type Resolution, refused, resolved } from './decision.ts';
import { linksOwning } from './link.ts';
import { nameOf, onLinks } from './wording.ts';

const bestOf = (
  input: DecisionInput,
  links: readonly string[],
  reason: 'source-address-link' | 'source-interface',
): Resolution => {
  const { candidates, fit } = judgeLinks(input, links, input.family);
  const best = fit[0];
  const what = `${nameOf(input.family)} address ${onLinks(links)}`;
  if (best !== undefined) return resolved(reason, `the best ${what}`, [best.address], candidates);
  return refused('no-candidate', candidates.length === 0 ? `no ${what}` : `no usable ${what}`, candidates);
};

/** The best address of the other family on the link that owns the source address. */
export const bySourceAddress = (input: DecisionInput): Resolution => {
  const text = input.settings.sourceAddress;
  if (text === null) return refused('source-address-not-set', 'no source address is configured');
  const source = parseAddress(text);
  if (source === undefined) return refused('source-address-invalid', `"${text}" is not an address`);
  const links = linksOwning(input, source);
  if (links.length > 0) return bestOf(input, links, 'source-address-link');
  return refused(
    'source-address-not-on-host',
    `no interface has the source address ${formatAddress(source)}`,
  );
};

/** The best address of the other family on the source interface. */
export const bySourceInterface = (input: DecisionInput): Resolution => {
  const link = input.settings.sourceInterface;
  if (link === null) return refused('source-interface-not-set', 'no source interface is configured');
  return bestOf(input, [link], 'source-interface');
};
