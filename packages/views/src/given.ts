import { type Aggregate, type Draft, type FactType, formatSubject, type RecordedFact } from '@vipcast/events';
import type { Scope, View } from './view.ts';

/** For tests: a fact in short. `id` and `because` tie facts together; `at` is 1000 × position unless said. */
export interface Told {
  readonly node?: string;
  readonly id?: string;
  readonly because?: string;
  readonly at?: number;
  readonly epoch?: number;
  readonly writer?: string;
}

/** For tests: one fact to be. */
export type Given = readonly [Draft, Told?];

const WRITERS: Readonly<Record<string, string>> = {
  node: 'host',
  vip: 'vip-watcher',
  nexthop: 'next-hop-resolver',
  session: 'speaker',
  route: 'speaker',
  operator: 'operator',
  kubernetes: 'shared-watcher',
};

/** For tests: a draft whose aggregate has the name that its data gives. */
export const fact = <T extends FactType>(type: T, data: Draft<T>['data'], told: Told = {}): Given => {
  const fields = data as Record<string, unknown>;
  const of = fields.vip ?? fields.peer ?? fields.by ?? told.node ?? 'n1';
  return [{ type, of: String(of), data } as unknown as Draft, told];
};

/** For tests: the facts as a log would hand them out, from position 1. */
export const record = (given: readonly Given[]): readonly RecordedFact[] =>
  given.map(([draft, told = {}], i) => {
    const position = i + 1;
    const node = told.node ?? 'n1';
    const aggregate = draft.type.slice(0, draft.type.indexOf('.')) as Aggregate;
    const at = told.at ?? position * 1000;
    const id = told.id ?? `f${position}`;
    return {
      id,
      type: draft.type,
      v: 1,
      subject: formatSubject({ cluster: 'test', node, aggregate, id: draft.of }),
      at,
      causationId: told.because ?? '',
      correlationId: told.because ?? id,
      data: draft.data,
      writer: told.writer ?? `${node}/${WRITERS[aggregate]}`,
      epoch: told.epoch ?? 1,
      n: position,
      hash: new Uint8Array(),
      position,
      recordedAt: at,
    } as RecordedFact;
  });

/** For tests: what a view answers after these facts. */
export const answer = <State, Row, Context extends Scope>(
  view: View<State, Row, Context>,
  given: readonly Given[],
  context: Context,
): readonly Row[] => view.answer(record(given).reduce(view.fold, view.initial()), context);
