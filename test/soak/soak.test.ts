import { expect, it } from 'vitest';
import { have } from '../setup/packages.ts';
import { soak } from './soak.ts';

const needs = ['namespaces', 'iproute2', 'frr', 'bird2', 'nats-server 2.14'] as const;

/** For another one, or a longer one: `npm run soak -- --minutes N --seed S`. */
const SEED = 1;

it.skipIf(!have(...needs))(
  'a minute of harm loses nothing and withdraws nothing',
  { timeout: 600_000 },
  async () => {
    const said: string[] = [`seed ${SEED}`];
    const { wrong, kept, facts, steps } = await soak({
      seed: SEED,
      minutes: 1,
      say: (line) => said.push(line),
    });
    expect(wrong, [...said, ...wrong, `journals and logs are in ${kept}`].join('\n')).toEqual([]);
    expect(facts).toBeGreaterThan(200);
    expect(steps).toBeGreaterThan(30);
  },
);
