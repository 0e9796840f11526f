/**
 * The configuration file: read, check, plan, import.
 *
 * Data in. The text of one YAML file and what the environment says of the node. Data out. Either a `Config`, which is
 * plain data with every default and inheritance worked out and no secret in it, or every reason why there is none: a
 * `Finding` says file, line, field, what was found and what would be accepted, in a sentence ready to print. Nothing
 * here throws, whatever the text: size, nesting, aliases and findings are bounded.
 *
 * Parts. source/ turns YAML into a value and a path into a line; schema/ is the shape of each section, one file each,
 * and the published JSON Schema; draft.ts applies it part by part, so that an error in one place does not hide those in
 * others; check/ holds what concerns several settings at once, and unsupported.ts what is not built yet; resolve/ fills
 * in defaults. plan/ says what a change touches and which sessions reset. kube-vip/ makes a file from kube-vip's
 * settings. password.ts is what a `passwordFile` may hold.
 *
 * Accepted on purpose: `1e3` is YAML for 1000; `0.0.0.0/0` and `::/0` in a policy match; aliases, up to 100.
 *
 * RFCs: 4271 (timers, identifiers), 6286 (identifiers), 6793, 7300 and 7607 (AS numbers), 5082 (GTSM), 2385 (MD5),
 * 1997, 4360, 5668 and 8092 (communities), 6890 (special addresses).
 */
export type {
  BgpConfig,
  Config,
  HealthCheckConfig,
  KubernetesConfig,
  LogConfig,
  NextHopConfig,
  NextHopStrategy,
  PeerASN,
  PeerConfig,
  PolicyMatch,
  PolicyRule,
  PolicySet,
  VipConfig,
} from './config.ts';
export { type Finding, unreadable } from './finding.ts';
export { jsonSchema } from './json-schema.ts';
export { type Imported, importKubeVip, type KubeVipSource } from './kube-vip/import.ts';
export { lateFinding } from './late-finding.ts';
export { type Loaded, loadConfig } from './load.ts';
export { type Password, passwordOf } from './password.ts';
export type { Change, Kind } from './plan/change.ts';
export { formatPlan } from './plan/format.ts';
export { type Plan, planChange } from './plan/plan.ts';
export type { Reset } from './plan/reset.ts';
export type { Code } from './problem.ts';
export type { Environment } from './resolve/node.ts';
