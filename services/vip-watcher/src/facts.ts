import type { Config, HealthCheckConfig } from '@vipcast/config';
import type { Cause, Draft, Facts, RecordedFact } from '@vipcast/events';
import type { Conclusion, HealthCheck, Input, RestoredVip, VipSettings } from '@vipcast/vip';

/** Where refusals stand: the subject that this service writes among the operators'. */
const REFUSALS = 'vip-watcher';

/** A conclusion as a fact. A refusal names the request that caused it. */
export const draftOf = (conclusion: Conclusion, cause: Cause | undefined): Draft => {
  if (conclusion.type === 'Refused') {
    const data = { request: cause?.causationId ?? '', because: conclusion.because };
    return { type: 'operator.Refused', of: REFUSALS, data };
  }
  const { vip, source, because } = conclusion;
  const about = { vip, addresses: [...conclusion.addresses], source, because };
  switch (conclusion.type) {
    case 'Advertised':
      return { type: 'vip.Advertised', of: vip, data: { ...about, reason: conclusion.reason } };
    case 'Withdrawn':
      return { type: 'vip.Withdrawn', of: vip, data: { ...about, reason: conclusion.reason } };
    case 'Withheld':
      return { type: 'vip.Withheld', of: vip, data: { ...about, reason: conclusion.reason } };
  }
};

/** A command line is the shell's; a list of words is run as it is. */
const checkOf = (check: HealthCheckConfig): HealthCheck => {
  if (check.kind !== 'exec') return check;
  const { target } = check;
  return { ...check, target: typeof target === 'string' ? ['/bin/sh', '-c', target] : target };
};

/** The VIPs of a configuration. */
const settingsOf = ({ vips }: Config): readonly VipSettings[] =>
  vips.map(({ name, addresses, healthCheck, bind }) => ({
    name,
    addresses,
    healthCheck: healthCheck && checkOf(healthCheck),
    bind,
  }));

/** What a fact of this node asks of the watcher; `undefined` when it is none of its business. */
export const inputOf = (fact: RecordedFact): Input | undefined => {
  switch (fact.type) {
    case 'node.ConfigApplied':
      // The daemon checked the configuration before it wrote this fact.
      return { type: 'ConfigApplied', vips: settingsOf(fact.data.config as unknown as Config) };
    case 'operator.AnnounceRequested':
      return { type: 'OperatorAnnounce', addresses: fact.data.addresses, by: fact.data.by };
    case 'operator.WithdrawRequested':
      return { type: 'OperatorWithdraw', addresses: fact.data.addresses, by: fact.data.by };
    default:
      return undefined;
  }
};

type VipFact = 'vip.Advertised' | 'vip.Withdrawn' | 'vip.Withheld';

const saidBy = ({ vip, addresses, source, because }: Facts[VipFact]) => ({
  name: vip,
  addresses,
  source,
  because,
});

/** What a fact says of a VIP; `undefined` when it is about something else. */
export const restoredOf = (fact: RecordedFact): RestoredVip | undefined => {
  switch (fact.type) {
    case 'vip.Advertised':
      return { ...saidBy(fact.data), advertised: true, reason: fact.data.reason };
    case 'vip.Withdrawn':
    case 'vip.Withheld':
      return { ...saidBy(fact.data), advertised: false, reason: fact.data.reason };
    default:
      return undefined;
  }
};
