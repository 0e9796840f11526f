import type { Cause, Draft } from '@vipcast/events';

/** What a pure step answers. */
export interface Stepped<State, Effect> {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly facts: readonly Draft[];
}

/** The parts of an actor: a pure step, and the shell that carries out what it says. */
export interface ActorOptions<State, Input, Effect> {
  readonly state: State;
  readonly step: (state: State, input: Input) => Stepped<State, Effect>;
  readonly run: (effect: Effect) => void;
  readonly append: (drafts: readonly Draft[], cause: Cause | undefined) => void;
  /** Called before the step: the flight recorder's place. */
  readonly record?: (input: Input) => void;
  /** A step or an effect threw, which is a bug: the mailbox goes on with the state it had. */
  readonly onError: (error: unknown, input: Input) => void;
}

/** A running actor. */
export interface Actor<State, Input> {
  /** Puts an input into the mailbox; it is stepped at once unless another input is being stepped. */
  send(input: Input, cause?: Cause): void;
  state(): State;
}

/** One mailbox, one input at a time: record, step, run the effects, append the facts. */
export const actor = <State, Input, Effect>(
  options: ActorOptions<State, Input, Effect>,
): Actor<State, Input> => {
  let state = options.state;
  let busy = false;
  const mailbox: { input: Input; cause: Cause | undefined }[] = [];

  const handle = (input: Input, cause: Cause | undefined): void => {
    try {
      options.record?.(input);
      const stepped = options.step(state, input);
      state = stepped.state;
      for (const effect of stepped.effects) options.run(effect);
      if (stepped.facts.length > 0) options.append(stepped.facts, cause);
    } catch (error) {
      options.onError(error, input);
    }
  };

  return {
    send: (input, cause) => {
      mailbox.push({ input, cause });
      if (busy) return;
      busy = true;
      for (let next = mailbox.shift(); next !== undefined; next = mailbox.shift())
        handle(next.input, next.cause);
      busy = false;
    },
    state: () => state,
  };
};
