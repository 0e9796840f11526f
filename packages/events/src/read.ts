import { z } from 'zod';
import { catalogue, type Facts } from './catalogue.ts';

/** True when this is a type we know. */
export const isFactType = (type: string): type is keyof Facts => Object.hasOwn(catalogue, type);

/**
 * Checks the data of a fact that somebody else wrote.
 * @returns the problem in one line, or `undefined` when the data has the shape its type promises
 */
export const problemWith = (type: string, data: unknown): string | undefined => {
  if (!isFactType(type)) return `unknown fact type ${JSON.stringify(type)}`;
  const result = catalogue[type].safeParse(data);
  return result.success ? undefined : z.prettifyError(result.error).replaceAll('\n', '; ');
};
