/**
 * A small client of the Kubernetes API: list and watch, leases, Events.
 *
 * `loadAccess` finds the API server, in a pod or from kubeconfig files, and keeps tokens and certificates fresh;
 * `openCluster` sends requests there, and what fails is a value. `watchResource` keeps a caller told of objects through
 * anything that can happen to a watch: its core, a list that is kept up to date, is a pure machine (`reflector`), and
 * only what the caller's `project` makes of an object stays in memory. `standForElection` elects a leader on a Lease,
 * by another such machine; `createEventRecorder` tells people what happened to an object.
 *
 * Rules that the API sets: a resourceVersion is opaque; a list and the watch from its resourceVersion together miss
 * nothing; 410 means that the server no longer knows what happened since.
 *
 * Secrets stay in closures: no exported value, error or log line holds a token or a key.
 */
export { type Access, formatServer, type Server } from './access/access.ts';
export { type AccessAnswer, type AccessOptions, loadAccess } from './access/load.ts';
export type { AccessProblem } from './access/problem.ts';
export { type Clock, systemClock } from './clock.ts';
export type { InvolvedObject, Notice, Reporter } from './events/event.ts';
export { createEventRecorder, type EventRecorder, type RecorderOptions } from './events/recorder.ts';
export type { EventRates } from './events/series.ts';
export {
  type Candidacy,
  type ElectionHandlers,
  type ElectionOptions,
  standForElection,
} from './lease/elect.ts';
export type { ElectionTimes } from './lease/election.ts';
export { type ApiError, describeError } from './request/api-error.ts';
export type { Answer } from './request/body.ts';
export { type Cluster, openCluster } from './request/cluster.ts';
export type { Patch, Query, Request } from './request/request.ts';
export {
  apiVersionOf,
  ENDPOINT_SLICES,
  EVENTS,
  LEASES,
  NAMESPACES,
  NODES,
  type Place,
  type Resource,
  resource,
  resourcePath,
  SERVICES,
} from './resources.ts';
export type { Condition } from './watch/condition.ts';
export type { ObjectProblem } from './watch/listing.ts';
export type { KubernetesObject } from './watch/object.ts';
export type { Project } from './watch/projection.ts';
export type { Batch } from './watch/reflector-input.ts';
export type { Changes } from './watch/store.ts';
export { type ResourceWatch, type WatchHandlers, type WatchOptions, watchResource } from './watch/watch.ts';
