import { isObject, objectOf, textOf } from '../json.ts';
import { type ApiError, statusError } from '../request/api-error.ts';
import { printable } from '../wording.ts';
import type { ObjectProblem } from './listing.ts';
import { isKubernetesObject, type KubernetesObject, keyOf, versionOf } from './object.ts';
import { type Project, projectObject } from './projection.ts';
import type { Store } from './store.ts';

/** What one line of a watch came to. */
export interface Heard {
  /** Where to go on from; '' when the line does not say. */
  readonly resourceVersion: string;
  /** The watch is over. */
  readonly error?: ApiError;
  readonly problem?: ObjectProblem;
}

const put = <T>(store: Store<T>, project: Project<T>, key: string, object: KubernetesObject): string => {
  const known = store.get(key);
  const { entry, trouble } = projectObject(object, known, project);
  if (entry === undefined) store.remove(key);
  else if (entry !== known) store.put(key, entry);
  return trouble;
};

/** A deletion of an object that has been followed by another of its name is old news. */
const remove = <T>(store: Store<T>, key: string, uid: string): void => {
  const known = store.get(key);
  if (known !== undefined && (uid === '' || uid === known.uid)) store.remove(key);
};

/** Takes one event into the store. */
export const takeEvent = <T>(store: Store<T>, project: Project<T>, event: unknown): Heard => {
  if (!isObject(event))
    return { resourceVersion: '', problem: { key: '', message: 'an event is no object' } };
  const type = textOf(event, 'type');
  const { object } = event;
  if (type === 'ERROR') return { resourceVersion: '', error: statusError(objectOf(event, 'object')) };
  if (!isKubernetesObject(object))
    return {
      resourceVersion: '',
      problem: { key: '', message: `an event ${printable(type)} has no object` },
    };
  const { uid, resourceVersion } = versionOf(object);
  if (type === 'BOOKMARK') return { resourceVersion };
  const key = keyOf(object);
  const heard = (message: string): Heard =>
    message === '' ? { resourceVersion } : { resourceVersion, problem: { key, message } };
  if (key === '') return heard(`an event ${printable(type)} has an object without a name`);
  if (type === 'ADDED' || type === 'MODIFIED') return heard(put(store, project, key, object));
  if (type !== 'DELETED') return heard(`an event is of an unknown type, ${printable(type, 40)}`);
  remove(store, key, uid);
  return { resourceVersion };
};
