import type { Resource, ResourceReference } from './resource.ts';

/** Why a resource is, or is not, part of the configuration. */
export type ConditionReason =
  | 'Accepted'
  /** Wrong in itself or with the configuration. */
  | 'Invalid'
  /** The file, or an older resource, has a peer of this name. */
  | 'NameTaken'
  /** The file, or an older resource, has a peer of this address. */
  | 'AddressTaken'
  /** An older VIPPool has some of the addresses. */
  | 'Overlaps'
  /** The file that its Secret is mounted as cannot be read on this node. */
  | 'PasswordUnreadable';

/** A `metav1.Condition` of type `Accepted`, but for the time, which the shell knows. */
export interface ResourceCondition extends ResourceReference {
  readonly type: 'Accepted';
  readonly status: 'True' | 'False';
  readonly reason: ConditionReason;
  readonly message: string;
  readonly observedGeneration: number | null;
}

type About = ResourceReference & Pick<Resource, 'generation'>;

const condition = (
  { kind, name, generation }: About,
  status: 'True' | 'False',
  reason: ConditionReason,
  message: string,
): ResourceCondition => ({
  kind,
  name,
  type: 'Accepted',
  status,
  reason,
  message,
  observedGeneration: generation,
});

/** The API server takes no longer message. */
const LONGEST = 32_768;

/** The condition of a resource that takes part; `message` is for doubts. */
export const accepted = (about: About, message = 'part of the configuration'): ResourceCondition =>
  condition(about, 'True', 'Accepted', message.slice(0, LONGEST));

/** The condition of a resource that is left out. */
export const refused = (
  about: About,
  reason: Exclude<ConditionReason, 'Accepted'>,
  message: string,
): ResourceCondition => condition(about, 'False', reason, message.slice(0, LONGEST));
