import type { Config, HealthCheckConfig } from '@vipcast/config';
import type { Cause, Draft, Facts, RecordedFact } from '@vipcast/events';
import type { Conclusion, Drain, HealthCheck, Input, LeftOut, RestoredVip, VipSettings } from '@vipcast/vip';

/** Where refusals stand: the subject that this service writes among the operators'. */
const REFUSALS = 'vip-watcher';

/** Where the node's drain stands: a subject of this service among the daemon's. */
const DRAIN = 'drain';

type VipConclusion = Extract<Conclusion, { readonly vip: string }>;

const factOf = (conclusion: VipConclusion) => {
  const { vip, source, because, object, advertisements, leftOut } = conclusion;
  return {
    vip,
    addresses: [...conclusion.addresses],
    source,
    because,
    ...(object === undefined ? {} : { object }),
    ...(advertisements === undefined ? {} : { advertisements: [...advertisements] }),
    ...(leftOut === undefined ? {} : { leftOut: leftOut.map((each: LeftOut) => ({ ...each })) }),
  };
};

/** A conclusion as a fact. A refusal names the request that caused it. */
export const draftOf = (conclusion: Conclusion, cause: Cause | undefined): Draft => {
  switch (conclusion.type) {
    case 'Refused':
      return {
        type: 'operator.Refused',
        of: REFUSALS,
        data: { request: cause?.causationId ?? '', because: conclusion.because },
      };
    case 'DrainStarted':
    case 'Drained':
    case 'Undrained': {
      const { type, because, wishes } = conclusion;
      return { type: `node.${type}`, of: DRAIN, data: { because, wishes: [...wishes] } };
    }
    case 'Advertised':
      return {
        type: 'vip.Advertised',
        of: conclusion.vip,
        data: { ...factOf(conclusion), reason: conclusion.reason },
      };
    case 'Withdrawn':
      return {
        type: 'vip.Withdrawn',
        of: conclusion.vip,
        data: { ...factOf(conclusion), reason: conclusion.reason },
      };
    case 'Withheld':
      return {
        type: 'vip.Withheld',
        of: conclusion.vip,
        data: { ...factOf(conclusion), reason: conclusion.reason },
      };
  }
};

/** A command line is the shell's; a list of words is run as it is. */
const checkOf = (check: HealthCheckConfig): HealthCheck => {
  if (check.kind !== 'exec') return check;
  const { target } = check;
  return { ...check, target: typeof target === 'string' ? ['/bin/sh', '-c', target] : target };
};

/** The VIPs of a configuration. */
const settingsOf = ({ vips }: Pick<Config, 'vips'>): readonly VipSettings[] =>
  vips.map(({ name, addresses, healthCheck, bind }) => ({
    name,
    addresses,
    healthCheck: healthCheck && checkOf(healthCheck),
    bind,
  }));

/** Settings that a release before they were there did not write down are left out. */
const configOf = (config: Partial<Config> & Pick<Config, 'vips'>): Input => {
  const { drainTime } = config.bgp ?? {};
  return {
    type: 'ConfigApplied',
    vips: settingsOf(config),
    services: config.kubernetes?.enabled ?? false,
    ...(drainTime === undefined ? {} : { drainTime }),
  };
};

/** The configuration that a fact says was applied; the daemon checked it before it wrote the fact. */
export const configIn = (fact: RecordedFact): Partial<Config> | undefined =>
  fact.type === 'node.ConfigApplied' ? (fact.data.config as unknown as Partial<Config>) : undefined;

/** What a fact of this node asks of the watcher; `undefined` when it is none of its business. */
export const inputOf = (fact: RecordedFact): Input | undefined => {
  switch (fact.type) {
    case 'node.ConfigApplied':
      // The daemon checked the configuration before it wrote this fact.
      return configOf(fact.data.config as unknown as Config);
    case 'operator.AnnounceRequested':
      return { type: 'OperatorAnnounce', addresses: fact.data.addresses, by: fact.data.by };
    case 'operator.WithdrawRequested':
      return { type: 'OperatorWithdraw', addresses: fact.data.addresses, by: fact.data.by };
    case 'operator.DrainRequested':
      return { type: 'OperatorDrain', by: fact.data.by };
    case 'operator.UndrainRequested':
      return { type: 'OperatorUndrain', by: fact.data.by };
    default:
      return undefined;
  }
};

type VipFact = 'vip.Advertised' | 'vip.Withdrawn' | 'vip.Withheld';

const saidBy = ({ vip, reason: _, ...rest }: Facts[VipFact]) => ({ name: vip, ...rest });

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

const PHASES = {
  'node.DrainStarted': 'draining',
  'node.Drained': 'drained',
  'node.Undrained': 'none',
} as const;

/** What a fact says of the node's drain; `undefined` when it is about something else. */
export const drainOf = (fact: RecordedFact): Drain | undefined => {
  switch (fact.type) {
    case 'node.DrainStarted':
    case 'node.Drained':
    case 'node.Undrained':
      return { phase: PHASES[fact.type], wishes: fact.data.wishes ?? [] };
    default:
      return undefined;
  }
};
