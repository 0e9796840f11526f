import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Line {
  readonly verb: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

/** What an API server writes down of what one user asks. */
export interface Audit {
  /** Flags that make kube-apiserver write it. */
  readonly flags: readonly string[];
  /** What was asked so far, as in `kubectl auth can-i --list`, each with one verb. */
  asked(): ReadonlySet<string>;
  /** What of it was forbidden. */
  forbidden(): ReadonlySet<string>;
}

const whatOf = ({ verb, objectRef }: Line): string => {
  const { resource = '', apiGroup, subresource } = objectRef ?? {};
  const group = apiGroup === undefined ? '' : `.${apiGroup}`;
  return `${resource}${group}${subresource === undefined ? '' : `/${subresource}`} ${verb}`;
};

/** Prepares such a record of `user` in a folder. */
export const prepareAudit = async (folder: string, user: string): Promise<Audit> => {
  const [policy, log] = [join(folder, 'audit-policy.json'), join(folder, 'audit.log')];
  const rules = [{ level: 'Metadata', users: [user], omitStages: ['RequestReceived'] }, { level: 'None' }];
  await writeFile(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
  await writeFile(log, '');
  const lines = (): readonly Line[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return {
    flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
    asked: () => new Set(lines().map(whatOf)),
    forbidden: () =>
      new Set(
        lines()
          .filter(({ responseStatus }) => responseStatus?.code === 403)
          .map(whatOf),
      ),
  };
};
