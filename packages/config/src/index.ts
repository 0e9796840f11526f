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
 * settings, metallb/ makes resources from MetalLB's. password.ts is what a `passwordFile` may hold.
 *
 * kubernetes/ is a second source: resources of the API group vipcast.io, read with the same schemas as the file
 * (`resourceOf`), merged into a configuration for one node (`mergeResources`), and the CustomResourceDefinitions made
 * from those schemas, so that the API server refuses what would be refused here.
 *
 * Accepted on purpose: `1e3` is YAML for 1000; `0.0.0.0/0` and `::/0` in a policy match; aliases, up to 100.
 *
 * RFCs: 4271 (timers, identifiers), 6286 (identifiers), 6793, 7300 and 7607 (AS numbers), 5082 (GTSM), 2385 (MD5),
 * 1997, 4360, 5668 and 8092 (communities), 6890 (special addresses).
 */
export type {
  AdvertisementConfig,
  BgpConfig,
  Config,
  HealthCheckConfig,
  KubernetesConfig,
  LogConfig,
  NextHopConfig,
  NextHopStrategy,
  PeerASN,
  PeerConfig,
  PeerDefaults,
  PolicyMatch,
  PolicyRule,
  PolicySet,
  PoolConfig,
  VipConfig,
} from './config.ts';
export { type Finding, unreadable } from './finding.ts';
export { jsonSchema } from './json-schema.ts';
export { type Imported, importKubeVip, type KubeVipSource } from './kube-vip/import.ts';
export type { AddressRange } from './kubernetes/address-range.ts';
export type { ConditionReason, ResourceCondition } from './kubernetes/condition.ts';
export { customResourceDefinitions, type PublishedDefinition } from './kubernetes/crd/definitions.ts';
export { type LabelSelector, type Labels, selects } from './kubernetes/label-selector.ts';
export { type Manifest, type ManifestObject, readManifest } from './kubernetes/manifest.ts';
export { type Merged, mergeResources } from './kubernetes/merge.ts';
export { resourceOf } from './kubernetes/reading.ts';
export {
  type AdvertisementResource,
  API_VERSION,
  KINDS,
  type PeerResource,
  type PoolResource,
  type ReadResource,
  type Resource,
  type ResourceFinding,
  type ResourceKind,
  type ResourceReference,
} from './kubernetes/resource.ts';
export { lateFinding } from './late-finding.ts';
export { type Loaded, loadConfig } from './load.ts';
export { type ImportedMetalLB, importMetalLB } from './metallb/import.ts';
export { type Password, passwordOf } from './password.ts';
export type { Change, Kind } from './plan/change.ts';
export { formatPlan } from './plan/format.ts';
export { type Plan, planChange } from './plan/plan.ts';
export type { Reset } from './plan/reset.ts';
export type { Code } from './problem.ts';
export type { Environment } from './resolve/node.ts';
