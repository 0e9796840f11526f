/**
 * The catalogue of facts: what the log is made of.
 *
 * A pure step concludes drafts; the runtime stamps each into a new fact (id, time, subject, cause); a log turns it
 * into a recorded one (writer, epoch, n, hash, position). The schemas in `catalogue/`, one file per aggregate, are
 * the stored shapes: they are nobody's domain types, and each service has one file that maps between the two.
 *
 * Not facts are wishes (`wish.ts`): what a subscriber asks of a node, and the answer. Both, the facts and the wishes, are
 * described for other programs as one AsyncAPI document (`async-api.ts`).
 *
 * Subjects follow `vipcast.<cluster>.<node>.<aggregate>.<id>`; one aggregate is one subject, one writer per subject.
 */
export { asyncApi } from './async-api.ts';
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
export {
  type Aggregate,
  escapeToken,
  formatSubject,
  nodeSubjects,
  parseSubject,
  type Subject,
  unescapeToken,
} from './subject.ts';
export { uuidv7 } from './uuid.ts';
export { versionOf } from './version.ts';
export { answerSchema, LARGEST_WISH, readWish, type Wish, type WishAnswer, wishSchema } from './wish.ts';
export { formatWishSubject, parseWishSubject, type WishSubject, wishSubjects } from './wish-subject.ts';
