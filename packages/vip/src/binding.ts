import type { Binding, Turn } from './state.ts';

/** The key of an address on an interface. */
export const bindingKey = (address: string, device: string): string => `${address}%${device}`;

/** Makes a VIP a user of a binding, and asks for the binding when it is the first. */
export const acquire = (turn: Turn, vip: string, address: string, device: string): Binding => {
  const key = bindingKey(address, device);
  const known = turn.bindings.get(key);
  if (known?.users.includes(vip)) return known;
  const binding: Binding = known
    ? { ...known, users: [...known.users, vip] }
    : { address, interface: device, status: 'pending', because: '', users: [vip] };
  if (!known) turn.effects.push({ type: 'bind', address, interface: device });
  turn.bindings.set(key, binding);
  return binding;
};

/** Takes a VIP from the users of a binding. */
export const release = (turn: Turn, vip: string, key: string): void => {
  const binding = turn.bindings.get(key);
  if (binding === undefined) return;
  turn.bindings.set(key, { ...binding, users: binding.users.filter((user) => user !== vip) });
  turn.released.push(key);
};

/**
 * Ends the bindings that nobody uses any more. Done last, so that an address which moves from one VIP to another
 * stays where it is.
 */
export const sweep = (turn: Turn): void => {
  for (const key of turn.released) {
    const binding = turn.bindings.get(key);
    if (binding === undefined || binding.users.length > 0) continue;
    turn.effects.push({ type: 'unbind', address: binding.address, interface: binding.interface });
    turn.bindings.delete(key);
  }
};
