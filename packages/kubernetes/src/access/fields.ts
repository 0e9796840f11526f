import { isObject, type JsonObject } from '../json.ts';
import { type AccessProblem, accessProblem, kindOf } from './problem.ts';

/** A mapping of a file, and the place it stands at. */
export interface Fields {
  readonly file: string;
  readonly path: string;
  readonly text: (field: string) => string | undefined;
  /** `true` or `false`; absent is `false`. */
  readonly flag: (field: string) => boolean;
  /** The mappings of a list; absent is empty. */
  readonly list: (field: string) => readonly Fields[];
  readonly map: (field: string) => Fields | undefined;
  readonly has: (field: string) => boolean;
  readonly value: JsonObject;
  /** Notes a problem with a field of this mapping. */
  readonly refuse: (field: string, found: string, expected: string) => void;
}

/** Reads a mapping, noting in `problems` what is not of the kind it should be. Values are never quoted. */
export const fieldsOf = (
  file: string,
  path: string,
  value: unknown,
  problems: AccessProblem[],
): Fields | undefined => {
  if (!isObject(value)) {
    problems.push(accessProblem(file, path, kindOf(value), 'a mapping'));
    return undefined;
  }
  const at = (field: string): string => (path === '' ? field : `${path}.${field}`);
  const has = (field: string): boolean =>
    Object.hasOwn(value, field) && value[field] !== null && value[field] !== undefined;
  const refuse = (field: string, found: string, expected: string): void => {
    problems.push(accessProblem(file, at(field), found, expected));
  };
  const one = <T>(field: string, expected: string, is: (found: unknown) => found is T): T | undefined => {
    if (!has(field)) return undefined;
    const found = value[field];
    if (is(found)) return found;
    refuse(field, kindOf(found), expected);
    return undefined;
  };
  return {
    file,
    path,
    value,
    has,
    refuse,
    text: (field) => one(field, 'a text', (found) => typeof found === 'string') || undefined,
    flag: (field) => one(field, 'true or false', (found) => typeof found === 'boolean') ?? false,
    map: (field) => (has(field) ? fieldsOf(file, at(field), value[field], problems) : undefined),
    list: (field) =>
      (one(field, 'a list', (found): found is unknown[] => Array.isArray(found)) ?? [])
        .map((item, i) => fieldsOf(file, `${at(field)}[${i}]`, item, problems))
        .filter((item) => item !== undefined),
  };
};
