/**
 * The catalogue of facts: what the log is made of.
 *
 * A pure step concludes drafts; the runtime stamps each into a new fact (id, time, subject, cause); a log turns it
 * into a recorded one (writer, epoch, n, hash, position). The schemas in `catalogue/`, one file per aggregate, are
 * the stored shapes: they are nobody's domain types, and each service has one file that maps between the two.
 *
 * Subjects follow `vipcast.<cluster>.<node>.<aggregate>.<id>`; one aggregate is one subject, one writer per subject.
 */
export { catalogue, type Facts } from './catalogue.ts';
export {
  type Cause,
  causeOf,
  type Draft,
  type FactType,
  type NewFact,
  type RecordedFact,
} from './fact.ts';
export { isFactType, problemWith } from './read.ts';
export { type Stamp, stamp } from './stamp.ts';
export { type Aggregate, formatSubject, parseSubject, type Subject } from './subject.ts';
export { uuidv7 } from './uuid.ts';
export { versionOf } from './version.ts';
