import { parseAddress } from '@vipcast/net';
import { type GivenService, rawService, read } from '../kubernetes/scenario.ts';
import { serviceSettings } from '../kubernetes/settings.ts';
import {
  type AllocationInput,
  type AllocationSettings,
  type AllocationState,
  type AllocationStepped,
  type Assignment,
  type Claimant,
  claimantOf,
  emptyAllocation,
  type Pool,
  stepAllocation,
} from './index.ts';

// Words for given-when-then tests; nothing here is exported from the package.

export const MANAGER = 'vipcast-allocator';

/** `192.0.2.0-192.0.2.3`. */
const range = (text: string): Pool['ranges'][number] => {
  const [first, last] = text.split('-').map((part) => parseAddress(part));
  if (!first || !last) throw new Error(text);
  return { first, last };
};

export const pool = (name: string, ranges: readonly string[], more: Partial<Pool> = {}): Pool => ({
  name,
  ranges: ranges.map(range),
  autoAssign: true,
  namespaces: null,
  namespaceSelector: null,
  serviceSelector: null,
  sharing: 'by-key',
  ...more,
});

export const settingsWith = (
  pools: readonly Pool[],
  more: Partial<AllocationSettings> = {},
): AllocationSettings => ({ services: serviceSettings(''), pools, reserved: new Map(), ...more });

/** What a test says of a Service, in short. */
export interface GivenClaimant extends GivenService {
  readonly families?: readonly string[];
  readonly policy?: string;
  readonly ports?: readonly number[];
  readonly version?: string;
  readonly ours?: boolean;
}

const STATUS_FIELD = { 'f:status': { 'f:loadBalancer': { 'f:ingress': {} } } };

export const claimant = (key: string, given: GivenClaimant = {}): Claimant => {
  const { families = ['IPv4'], policy = 'SingleStack', ports = [80], version = '1', ours = true } = given;
  const managedFields = ours ? [{ manager: MANAGER, subresource: 'status', fieldsV1: STATUS_FIELD }] : [];
  const raw = rawService(key.includes('/') ? key : `default/${key}`, {
    ips: [],
    ...given,
    metadata: { resourceVersion: version, managedFields, ...given.metadata },
    spec: {
      ipFamilies: families,
      ipFamilyPolicy: policy,
      ports: ports.map((port) => ({ port, protocol: 'TCP' })),
      ...given.spec,
    },
  });
  return read(claimantOf(raw, MANAGER));
};

export const DUAL = { families: ['IPv4', 'IPv6'], policy: 'RequireDualStack' } as const;

export const changed = (...set: Claimant[]): AllocationInput => ({
  type: 'ServicesChanged',
  set,
  deleted: [],
});
export const gone = (...names: string[]): AllocationInput => ({
  type: 'ServicesChanged',
  set: [],
  deleted: names.map((name) => `default/${name}`),
});
export const listed: AllocationInput = { type: 'Listed' };

/** A cluster that was just listed. */
export const cluster = (settings: AllocationSettings, ...services: Claimant[]): AllocationStepped =>
  stepAllocation(emptyAllocation(settings), [changed(...services), listed]);

/** The Service as it will be seen once an assignment was written. */
export const written = (of: Claimant, { addresses, ingress }: Assignment): Claimant => ({
  ...of,
  ingress,
  ours: true,
  resourceVersion: `${Number(of.resourceVersion) + 1}`,
  service: {
    ...of.service,
    given: addresses.map((address) => ({ version: address.includes(':') ? 6 : 4, address })),
  },
});

/** Writes assignments as the API server would take them: only over the version that they were decided on. */
export const writeAll = (state: AllocationState, assignments: readonly Assignment[]): AllocationStepped =>
  stepAllocation(
    state,
    assignments.flatMap((assignment) => {
      const of = state.services.get(assignment.key);
      return of?.resourceVersion === assignment.resourceVersion ? [changed(written(of, assignment))] : [];
    }),
  );

/** `web 192.0.2.1 2001:db8::1`, one line an assignment. */
export const given = ({ assignments }: Pick<AllocationStepped, 'assignments'>): string[] =>
  assignments.map(({ key, addresses }) => [key.replace('default/', ''), ...addresses].join(' '));

/** `web no-free-address`, one line a verdict. */
export const said = ({ verdicts }: Pick<AllocationStepped, 'verdicts'>): string[] =>
  verdicts.map(({ key, reason, addresses }) => [key.replace('default/', ''), reason, ...addresses].join(' '));
