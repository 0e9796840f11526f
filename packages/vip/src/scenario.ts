import { emptyState, type HealthCheck, type Input, type State, step, type VipSettings } from './index.ts';

// Words for given-when-then tests; nothing here is exported from the package.

export const check = {
  kind: 'http' as const,
  target: 'http://127.0.0.1:8080/healthz',
  interval: 1000,
  timeout: 500,
  rise: 2,
  fall: 3,
} satisfies HealthCheck;
export const web: VipSettings = {
  name: 'web',
  addresses: ['192.0.2.10', '2001:db8::10'],
  healthCheck: null,
  bind: null,
};
export const checked: VipSettings = { ...web, healthCheck: check };
export const onLo: VipSettings = { ...web, bind: 'lo' };

export const config = (...vips: VipSettings[]): Input => ({ type: 'ConfigApplied', vips });
export const up = (vip = 'web'): Input => ({ type: 'ProbeSucceeded', vip, detail: 'HTTP 200' });
export const down = (vip = 'web'): Input => ({ type: 'ProbeFailed', vip, detail: 'HTTP 503' });
export const bound = (address: string, device = 'lo'): Input => ({
  type: 'BindSucceeded',
  address,
  interface: device,
});
export const notBound = (address: string): Input => ({
  type: 'BindFailed',
  address,
  interface: 'lo',
  because: `cannot put ${address} on lo: no such interface`,
});
export const announce = (...addresses: string[]): Input => ({
  type: 'OperatorAnnounce',
  addresses,
  by: 'alice',
});
export const withdraw = (...addresses: string[]): Input => ({
  type: 'OperatorWithdraw',
  addresses,
  by: 'alice',
});
export const stop: Input = { type: 'Stop' };

export const start = (...inputs: Input[]): State =>
  inputs.reduce((state, input) => step(state, input).state, emptyState());

/** `Advertised web configured`, one line a conclusion; one that is about no VIP with its sentence. */
export const told = (state: State, input: Input): string[] =>
  step(state, input).conclusions.map((conclusion) =>
    'vip' in conclusion
      ? `${conclusion.type} ${conclusion.vip} ${conclusion.reason}`
      : `${conclusion.type}: ${conclusion.because}`,
  );
export const addresses = (state: State, input: Input) =>
  step(state, input).conclusions.map((conclusion) => 'addresses' in conclusion && conclusion.addresses);
export const effects = (state: State, input: Input): string[] =>
  step(state, input).effects.map((effect) => {
    if ('vip' in effect) return `${effect.type} ${effect.vip}`;
    return 'timer' in effect
      ? `${effect.type} ${effect.timer}`
      : `${effect.type} ${effect.address}%${effect.interface}`;
  });

export const advertisedBefore: Input = {
  type: 'Restored',
  vips: [
    {
      name: 'web',
      addresses: web.addresses,
      source: 'static',
      advertised: true,
      reason: 'healthy',
      because: 'HTTP 200',
    },
  ],
};
export const withdrawnBefore: Input = {
  type: 'Restored',
  vips: [
    {
      name: 'web',
      addresses: web.addresses,
      source: 'static',
      advertised: false,
      reason: 'operator-withdrew',
      because: 'alice withdrew 192.0.2.10',
    },
  ],
};
