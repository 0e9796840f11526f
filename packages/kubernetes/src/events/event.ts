import type { JsonObject } from '../json.ts';
import { printable } from '../wording.ts';

/** The object that an Event is about. */
export interface InvolvedObject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Left out for what has none; its Events are then in `default`, where kubectl looks for them. */
  readonly namespace?: string;
  readonly name: string;
  /** kubectl describe shows only Events with the object's own uid. */
  readonly uid: string;
}

/** Something to tell about an object. */
export interface Notice {
  readonly object: InvolvedObject;
  readonly type: 'Normal' | 'Warning';
  /** One word in camel case: why. */
  readonly reason: string;
  /** A sentence. */
  readonly message: string;
}

/** Who tells it. */
export interface Reporter {
  /** `vipcast`. */
  readonly component: string;
  /** The node or pod. */
  readonly host: string;
}

/** How often the same was told, and when first and last; milliseconds since 1970. */
export interface Occurrences {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The API server takes no longer message. */
const LONGEST_MESSAGE = 1024;
const LONGEST_REASON = 128;

const time = (wall: number): string => `${new Date(wall).toISOString().slice(0, 19)}Z`;

/** The namespace that Events about an object belong to. */
export const eventNamespace = (object: InvolvedObject): string => object.namespace ?? 'default';

/** What changes in an Event when the same happens again. */
export const recurrence = (notice: Notice, { count, lastAt }: Occurrences): JsonObject => ({
  count,
  lastTimestamp: time(lastAt),
  message: printable(notice.message, LONGEST_MESSAGE - 1),
});

/** The Event itself, of the core group: every kubectl shows it with its count. */
export const eventObject = (
  name: string,
  notice: Notice,
  reporter: Reporter,
  occurrences: Occurrences,
): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: eventNamespace(notice.object) },
  involvedObject: notice.object,
  type: notice.type,
  reason: printable(notice.reason, LONGEST_REASON - 1),
  source: reporter,
  reportingComponent: reporter.component,
  reportingInstance: reporter.host,
  firstTimestamp: time(occurrences.firstAt),
  ...recurrence(notice, occurrences),
});
