import { z } from 'zod';
import { fileSchema } from './schema/file.ts';

/**
 * The published JSON Schema (draft 2020-12) of the configuration file, for editors. It knows shapes, names and
 * ranges; what concerns two settings at once only `loadConfig` knows.
 */
export const jsonSchema = (): object => ({
  ...z.toJSONSchema(fileSchema, { io: 'input' }),
  title: 'vipcast configuration',
});
