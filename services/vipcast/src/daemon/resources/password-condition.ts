import type { Config, ResourceCondition } from '@vipcast/config';
import { passwordProblem } from '../secrets.ts';

/** A condition with what is wrong with the password: the BGPPeer is in the configuration, and its session waits. */
export const withPassword = (condition: ResourceCondition, { peers }: Config): ResourceCondition => {
  const { kind, name, status } = condition;
  if (kind !== 'BGPPeer' || status === 'False') return condition;
  const file = peers.find((peer) => peer.name === name)?.passwordFile ?? null;
  const problem = file === null ? undefined : passwordProblem(file);
  if (problem === undefined) return condition;
  const message = `spec.passwordSecret: ${file} ${problem.text}; the session waits for it`;
  return { ...condition, status: 'False', reason: 'PasswordUnreadable', message };
};
