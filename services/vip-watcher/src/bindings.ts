import type { Cause } from '@vipcast/events';
import { type BindingOutcome, bindAddress, boundAddresses, unbindAddress } from '@vipcast/linux';
import { type Address, parseAddress } from '@vipcast/net';
import { createLanes } from './lanes.ts';

/** Puts addresses on interfaces and takes them off. */
export interface Binder {
  readonly bind: typeof bindAddress;
  readonly unbind: typeof unbindAddress;
  readonly bound: typeof boundAddresses;
}

/** The machine's own interfaces. */
export const kernelBinder: Binder = { bind: bindAddress, unbind: unbindAddress, bound: boundAddresses };

/** What became of a wish to bind, with the cause of the wish. `because` is absent when it came true. */
export interface BindOutcome {
  readonly address: string;
  readonly interface: string;
  readonly because: string | undefined;
  readonly cause: Cause | undefined;
}

/** The addresses that are wanted on interfaces, and the work to get them there. */
export interface Bindings {
  bind(address: string, device: string, cause: Cause | undefined): void;
  unbind(address: string, device: string): void;
  /** Takes off what an earlier process of ours left behind, unless it is wanted again. */
  discard(address: string, device: string): void;
  /** Resolves when all that was wished has been done or has failed. */
  settled(): Promise<void>;
}

interface Place {
  readonly text: string;
  readonly address: Address;
  readonly device: string;
  wanted: boolean;
  /** It is there; `ours` when we put it there. */
  bound: boolean;
  ours: boolean;
  cause: Cause | undefined;
  /** What was last answered to the wish: a failure, or '' when it came true. */
  answered: string | undefined;
  work: Promise<void> | undefined;
  retry: NodeJS.Timeout | undefined;
}

const keyOf = (address: string, device: string): string => `${address}%${device}`;

/** Kernel calls at a time. */
const LANES = 8;

/** What a set of bindings needs. */
export interface BindingsOptions {
  readonly binder: Binder;
  /** Milliseconds until a binding that failed is tried again. */
  readonly retryTime: number;
  /** Hears of a success once, and of a failure whenever its reason is new. */
  readonly onOutcome: (outcome: BindOutcome) => void;
  /** One of our addresses could not be taken off. */
  readonly onLeftBehind: (because: string) => void;
}

/** Brings each address to where it is wanted; the latest wish for it counts, whatever is going on. */
export const createBindings = ({ binder, retryTime, onOutcome, onLeftBehind }: BindingsOptions): Bindings => {
  const places = new Map<string, Place>();
  const inLane = createLanes(LANES);

  const answer = (place: Place, failure: string): void => {
    if (!place.wanted || place.answered === failure) return;
    place.answered = failure;
    const { text, device, cause } = place;
    onOutcome({ address: text, interface: device, because: failure === '' ? undefined : failure, cause });
  };

  const put = async (place: Place): Promise<BindingOutcome> => {
    const outcome = await inLane(() => binder.bind(place.address, place.device));
    place.bound = outcome.ok;
    place.ours = outcome.ok && outcome.changed;
    return outcome;
  };

  const take = async (place: Place): Promise<void> => {
    place.bound = false;
    if (!place.ours) return;
    const outcome = await inLane(() => binder.unbind(place.address, place.device));
    if (!outcome.ok) onLeftBehind(outcome.message);
  };

  const reconcile = async (place: Place): Promise<void> => {
    for (;;) {
      if (place.wanted && !place.bound) {
        const outcome = await put(place);
        if (!outcome.ok) {
          answer(place, outcome.message);
          break;
        }
      } else if (!place.wanted && place.bound) await take(place);
      else {
        answer(place, '');
        if (place.wanted === place.bound) break;
      }
    }
    place.work = undefined;
    if (!place.wanted) places.delete(keyOf(place.text, place.device));
    else if (!place.bound) place.retry = setTimeout(() => work(place), retryTime);
  };

  const work = (place: Place): void => {
    clearTimeout(place.retry);
    // Not begun at once: a wish that is made while another is answered finds the work going on.
    place.work ??= Promise.resolve().then(() => reconcile(place));
  };

  const placeOf = (text: string, device: string): Place => {
    const known = places.get(keyOf(text, device));
    if (known !== undefined) return known;
    const address = parseAddress(text);
    if (address === undefined) throw new TypeError(`${JSON.stringify(text)} is not an address`);
    const place: Place = {
      text,
      address,
      device,
      wanted: false,
      bound: false,
      ours: false,
      cause: undefined,
      answered: undefined,
      work: undefined,
      retry: undefined,
    };
    places.set(keyOf(text, device), place);
    return place;
  };

  return {
    bind: (text, device, cause) =>
      work(Object.assign(placeOf(text, device), { wanted: true, cause, answered: undefined })),
    unbind: (text, device) => {
      const place = places.get(keyOf(text, device));
      if (place === undefined) return;
      place.wanted = false;
      work(place);
    },
    discard: (text, device) => {
      if (!places.has(keyOf(text, device)))
        work(Object.assign(placeOf(text, device), { bound: true, ours: true }));
    },
    settled: async () => {
      for (;;) {
        const working = [...places.values()].flatMap((place) => place.work ?? []);
        if (working.length === 0) return;
        await Promise.all(working);
      }
    },
  };
};
