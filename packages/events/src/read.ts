import { z } from 'zod';
import { catalogue, type Facts } from './catalogue.ts';

/** True when this is a type we know. */
export const isFactType = (type: string): type is keyof Facts => Object.hasOwn(catalogue, type);

/**
 * Checks the data of a fact that somebody else wrote. Keys that we do not know are a later release's, which may add
 * optional ones under the same version.
 * @returns the problem in one line, or `undefined` when the data has the shape its type promises
 */
export const problemWith = (type: string, data: unknown): string | undefined => {
  if (!isFactType(type)) return `unknown fact type ${JSON.stringify(type)}`;
  const result = catalogue[type].safeParse(data);
  const issues = result.error?.issues.filter(({ code }) => code !== 'unrecognized_keys') ?? [];
  return issues.length === 0 ? undefined : z.prettifyError({ issues }).replaceAll('\n', '; ');
};
