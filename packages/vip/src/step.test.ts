import { describe, expect, it } from 'vitest';
import { emptyState, type Input, step } from './index.ts';
import {
  addresses,
  advertisedBefore,
  announce,
  check,
  checked,
  config,
  down,
  effects,
  start,
  told,
  up,
  web,
  withdraw,
  withdrawnBefore,
} from './scenario.ts';

describe('configuration', () => {
  it('advertises a VIP that needs nothing', () => {
    expect(step(emptyState(), config(web)).conclusions).toEqual([
      {
        type: 'Advertised',
        vip: 'web',
        addresses: web.addresses,
        source: 'static',
        reason: 'configured',
        because: 'configured without a health check',
      },
    ]);
  });

  it('says the new set once when an address comes or goes', () => {
    const state = start(config(web));
    const next = config({ ...web, addresses: ['192.0.2.10', '192.0.2.11'] });
    expect(told(state, next)).toEqual(['Advertised web configured']);
    expect(addresses(state, next)).toEqual([['192.0.2.10', '192.0.2.11']]);
  });

  it('has no news in addresses that only changed places', () => {
    expect(told(start(config(web)), config({ ...web, addresses: web.addresses.toReversed() }))).toEqual([]);
  });

  it('withdraws what left', () => {
    expect(told(start(config(web)), config())).toEqual(['Withdrawn web removed-from-config']);
    expect(told(start(config(checked)), config())).toEqual(['Withheld web removed-from-config']);
  });

  it('starts, replaces and stops probes', () => {
    const state = start(config(checked));
    expect(effects(emptyState(), config(checked))).toEqual(['startProbe web']);
    expect(effects(state, config(checked))).toEqual([]);
    expect(effects(state, config({ ...web, healthCheck: { ...check, interval: 2000 } }))).toEqual([
      'startProbe web',
    ]);
    expect(effects(state, config({ ...web, healthCheck: { ...check, ca: '/ca.pem' } }))).toEqual([
      'startProbe web',
    ]);
    expect(effects(state, config({ ...web, healthCheck: { ...check, ca: null } }))).toEqual([]);
    expect(effects(state, config(web))).toEqual(['stopProbe web']);
    expect(effects(state, config())).toEqual(['stopProbe web']);
  });
});

describe('health', () => {
  it('is unknown at first', () => {
    expect(told(emptyState(), config(checked))).toEqual(['Withheld web health-unknown']);
  });

  it('takes rise successes in a row to advertise and fall failures in a row to withdraw', () => {
    const rising = start(config(checked), up(), down(), up());
    expect(told(rising, down())).toEqual([]);
    expect(told(rising, up())).toEqual(['Advertised web healthy']);
    const falling = start(config(checked), up(), up(), down(), down(), up(), down(), down());
    expect(told(falling, up())).toEqual([]);
    expect(told(falling, down())).toEqual(['Withdrawn web unhealthy']);
  });

  it('says what decided', () => {
    const [conclusion] = step(start(config(checked), up()), up()).conclusions;
    expect(conclusion?.because).toBe('HTTP 200, 2 times in a row');
  });

  it('that fell before it ever rose is withheld for it', () => {
    expect(told(start(config(checked), down(), down()), down())).toEqual(['Withheld web unhealthy']);
  });

  it('keeps its verdict under a changed check until that has decided', () => {
    const changed = config({ ...web, healthCheck: { ...check, target: 'http://127.0.0.1:9090/' } });
    const state = start(config(checked), up(), up(), down(), down());
    expect(told(state, changed)).toEqual([]);
    const after = step(state, changed).state;
    expect(told(after, down())).toEqual([]);
    expect(told(start(config(checked), up(), up(), changed, down(), down()), down())).toEqual([
      'Withdrawn web unhealthy',
    ]);
  });

  it('of a check new to an advertised VIP withdraws it only after fall failures', () => {
    const state = start(config(web));
    expect(told(state, config(checked))).toEqual([]);
    expect(told(start(config(web), config(checked), down(), down()), down())).toEqual([
      'Withdrawn web unhealthy',
    ]);
    expect(told(start(config(web), config(checked), up()), up())).toEqual(['Advertised web healthy']);
  });

  it('of a VIP that is gone is nobody’s business', () => {
    expect(step(start(config(checked), config()), up())).toMatchObject({ effects: [], conclusions: [] });
  });
});

describe('a restart', () => {
  it('withdraws nothing until fall failures', () => {
    expect(told(start(advertisedBefore), config(checked))).toEqual([]);
    expect(effects(start(advertisedBefore), config(checked))).toEqual(['startProbe web']);
    const state = start(advertisedBefore, config(checked), down(), down());
    expect(told(state, up())).toEqual([]);
    expect(told(state, down())).toEqual(['Withdrawn web unhealthy']);
  });

  it('withdraws what left the configuration meanwhile', () => {
    expect(told(start(advertisedBefore), config())).toEqual(['Withdrawn web removed-from-config']);
  });

  it('does not advertise what was unhealthy', () => {
    const before: Input = {
      type: 'Restored',
      vips: [
        {
          name: 'web',
          addresses: web.addresses,
          source: 'static',
          advertised: false,
          reason: 'unhealthy',
          because: 'HTTP 503',
        },
      ],
    };
    expect(told(start(before), config(checked))).toEqual([]);
    expect(told(start(before, config(checked), up()), up())).toEqual(['Advertised web healthy']);
  });

  it('keeps the operator’s word', () => {
    expect(told(start(withdrawnBefore), config(web))).toEqual([]);
    expect(told(start(withdrawnBefore, config(checked), up(), up()), up())).toEqual([]);
    expect(told(start(withdrawnBefore, config(web)), announce('192.0.2.10'))).toEqual([
      'Advertised web configured',
    ]);
  });

  it('keeps an operator’s VIP', () => {
    const before: Input = {
      type: 'Restored',
      vips: [
        {
          name: '192.0.2.99',
          addresses: ['192.0.2.99'],
          source: 'operator',
          advertised: true,
          reason: 'operator-announced',
          because: 'alice announced 192.0.2.99',
        },
      ],
    };
    expect(told(start(before), config(web))).toEqual(['Advertised web configured']);
    expect(told(start(before, config()), withdraw('192.0.2.99'))).toEqual([
      'Withdrawn 192.0.2.99 operator-withdrew',
    ]);
  });
});

describe('a boot of the machine', () => {
  const booted = (input: Input): Input =>
    input.type === 'Restored'
      ? { ...input, vips: input.vips.map((vip) => ({ ...vip, bootedSince: true })) }
      : input;
  const afterBoot = booted(advertisedBefore);

  it('leaves nothing known of health: rise successes advertise, fall failures say why not', () => {
    expect(told(start(afterBoot), config(checked))).toEqual(['Withheld web health-unknown']);
    const [conclusion] = step(start(afterBoot), config(checked)).conclusions;
    expect(conclusion?.because).toBe('the machine was booted, and the health check has not decided since');
    const probing = start(afterBoot, config(checked));
    expect(told(probing, up())).toEqual([]);
    expect(told(step(probing, up()).state, up())).toEqual(['Advertised web healthy']);
    expect(told(start(afterBoot, config(checked), down(), down()), down())).toEqual([
      'Withheld web unhealthy',
    ]);
  });

  it('is forgotten once the check has decided', () => {
    const other = config({ ...web, healthCheck: { ...check, interval: 2000 } });
    expect(told(start(afterBoot, config(checked), up(), up()), other)).toEqual([]);
    expect(told(start(afterBoot, config(checked), up()), other)).toEqual([]);
  });

  it('does not concern a VIP without a check, nor one that gets a check later', () => {
    expect(told(start(afterBoot), config(web))).toEqual(['Advertised web configured']);
    expect(told(start(afterBoot, config(web)), config(checked))).toEqual([]);
  });

  it('changes nothing of an operator’s word, of a Service or of what left the configuration', () => {
    expect(told(start(booted(withdrawnBefore)), config(checked))).toEqual([]);
    expect(told(start(afterBoot), config())).toEqual(['Withdrawn web removed-from-config']);
    const service: Input = {
      type: 'Restored',
      vips: [
        {
          name: 'default/web',
          addresses: ['192.0.2.20'],
          source: 'kubernetes',
          object: 'Service default/web',
          advertised: true,
          reason: 'endpoints',
          because: 'serving',
        },
      ],
    };
    expect(told(start(booted(service)), { ...config(), services: true } as Input)).toEqual([]);
  });
});
