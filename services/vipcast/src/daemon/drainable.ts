import { openJournal } from '@vipcast/log';
import type { Identity } from '@vipcast/runtime';
import { ofNetwork } from '@vipcast/views';
import { archiveOf } from '../archive.ts';
import { describeOnlyHere, onlyHere } from '../wish-only-here.ts';

/**
 * Why a node should not be drained now, by its journal: it is the last one that announces something. `undefined` when
 * nothing is against it.
 * @throws JournalError when the journal cannot be read
 */
export const objectionToDrain = (
  journal: string,
  { node }: Pick<Identity, 'node'>,
  now: number,
): string | undefined => {
  const archive = archiveOf(journal, openJournal(journal, { readOnly: true }));
  try {
    const { state: network } = archive.fold(ofNetwork, now);
    const found = network.nodes.get(node);
    return found === undefined ? undefined : describeOnlyHere(onlyHere(network, found, archive.gone(now)));
  } finally {
    archive.close();
  }
};
