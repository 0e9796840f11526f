import type { Draft, Entry } from '../draft.ts';
import type { Problem } from '../problem.ts';
import { BGP_PORT } from '../resolve/peer.ts';
import { describe, fieldName, type Path } from '../wording.ts';

/** A memory of what was seen where; it gives a problem for what is seen again. */
export const createRegister = (expected: string) => {
  const seen = new Map<string, Path>();
  return (key: string, path: Path, shown = key): readonly Problem[] => {
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, path);
      return [];
    }
    return [
      {
        code: 'E_CONFIG_DUPLICATE',
        path,
        found: describe(shown),
        expected,
        text: `${shown} is already ${fieldName(first)}; expected ${expected}`,
      },
    ];
  };
};

const names = (section: string, entries: readonly Entry<{ readonly name: string }>[]): readonly Problem[] => {
  const register = createRegister('a name used once');
  return entries.flatMap(({ index, value }) => register(value.name, [section, index, 'name']));
};

/** Names used twice. */
export const checkNames = (draft: Draft): readonly Problem[] => [
  ...names('peers', draft.peers),
  ...names('vips', draft.vips),
];

/**
 * Peers that could not be told apart: by address and port, and by address alone where peers may dial in, because
 * their port is then any.
 */
export const checkPeerAddresses = (peers: Draft['peers'], listening: boolean): readonly Problem[] => {
  const register = createRegister(
    listening ? 'one peer for each address, since bgp.listen is set' : 'one peer for each address and port',
  );
  return peers.flatMap(({ index, value: { address, port } }) =>
    address
      ? register(listening ? address : `${address} ${port ?? BGP_PORT}`, ['peers', index, 'address'], address)
      : [],
  );
};
