import { pathIn } from './cluster-entry.ts';
import { API_VERSIONS, type ApiVersion, type ExecPlugin } from './exec-credential.ts';
import type { Fields } from './fields.ts';

const MODES = ['Never', 'IfAvailable', 'Always'];

/** A command with a slash is relative to the kubeconfig file; one without is looked up in PATH. */
const commandIn = (fields: Fields, command: string): string =>
  command.includes('/') ? pathIn(fields, command) : command;

const isVersion = (text: string | undefined): text is ApiVersion =>
  API_VERSIONS.some((version) => version === text);

const readArgs = (fields: Fields): readonly string[] => {
  const args = fields.value.args ?? [];
  if (Array.isArray(args) && args.every((arg) => typeof arg === 'string')) return args;
  fields.refuse('args', 'something else', 'a list of texts');
  return [];
};

/** Reads a user's `exec`; `undefined` when there is none or it cannot be run. */
export const readExec = (user: Fields): ExecPlugin | undefined => {
  const fields = user.map('exec');
  if (fields === undefined) return undefined;
  const command = fields.text('command');
  const apiVersion = fields.text('apiVersion');
  const mode = fields.text('interactiveMode');
  if (command === undefined) fields.refuse('command', 'nothing', 'a program');
  if (!isVersion(apiVersion)) fields.refuse('apiVersion', apiVersion ?? 'nothing', API_VERSIONS.join(' or '));
  if (mode !== undefined && !MODES.includes(mode))
    fields.refuse('interactiveMode', 'something else', MODES.join(', '));
  if (mode === 'Always')
    fields.refuse('interactiveMode', 'Always', 'Never or IfAvailable: nobody sits at a daemon');
  const env = fields
    .list('env')
    .map((variable) => [variable.text('name') ?? '', variable.text('value') ?? ''] as const);
  const args = readArgs(fields);
  if (command === undefined || !isVersion(apiVersion)) return undefined;
  return {
    command: commandIn(fields, command),
    args,
    env: Object.fromEntries(env.filter(([name]) => name !== '')),
    apiVersion,
    installHint: fields.text('installHint') ?? '',
    provideClusterInfo: fields.flag('provideClusterInfo'),
  };
};
