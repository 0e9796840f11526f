import type { Problem } from '../problem.ts';
import { type ResourceCondition, refused } from './condition.ts';
import { resourceFinding } from './reading.ts';
import type { Resource } from './resource.ts';

/** What becomes of one resource. */
export interface Verdict {
  readonly condition: ResourceCondition;
  readonly problems: readonly Problem[];
}

/** The verdict on a resource with mistakes. */
export const invalid = (resource: Resource, problems: readonly Problem[]): Verdict => {
  const { message = '' } = problems.map((problem) => resourceFinding(resource, problem))[0] ?? {};
  return { condition: refused(resource, 'Invalid', message), problems };
};
