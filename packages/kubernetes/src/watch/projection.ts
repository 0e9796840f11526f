import { printable } from '../wording.ts';
import { type KubernetesObject, versionOf } from './object.ts';
import type { Entry } from './store.ts';

/**
 * What to keep of an object. `null` says that the object is none of ours: it counts as absent, and one that was ours
 * before as deleted. `undefined`, or an exception, says that the object is malformed.
 */
export type Project<T> = (object: KubernetesObject) => T | null | undefined;

/** What is kept of an object from now on, and what was wrong with it, or ''. */
export interface Projected<T> {
  readonly entry: Entry<T> | undefined;
  readonly trouble: string;
}

const attempt = <T>(project: Project<T>, object: KubernetesObject): { value?: T | null; because: string } => {
  try {
    const value = project(object);
    return value === undefined ? { because: 'is malformed' } : { value, because: '' };
  } catch (error) {
    return { because: `is malformed: ${printable(error instanceof Error ? error.message : String(error))}` };
  }
};

/**
 * Projects an object over what is `known` under its name. A version that is known is not looked at again. A malformed
 * update leaves the last good value of the same object; a malformed object by the name of another counts as absent.
 */
export const projectObject = <T>(
  object: KubernetesObject,
  known: Entry<T> | undefined,
  project: Project<T>,
): Projected<T> => {
  const version = versionOf(object);
  const same = known !== undefined && known.uid === version.uid;
  if (same && known.resourceVersion === version.resourceVersion && version.resourceVersion !== '')
    return { entry: known, trouble: '' };
  const { value, because } = attempt(project, object);
  if (value === null) return { entry: undefined, trouble: '' };
  if (value !== undefined) return { entry: { ...version, value }, trouble: '' };
  const kept = same ? { ...version, value: known.value } : undefined;
  const outcome = kept === undefined ? 'it counts as absent' : 'its last good version stays';
  return { entry: kept, trouble: `${because}; ${outcome}` };
};
