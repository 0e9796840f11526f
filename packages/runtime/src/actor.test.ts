import type { Cause, Draft } from '@vipcast/events';
import { expect, it } from 'vitest';
import { type Actor, actor } from './actor.ts';

const stopped = (reason: string): Draft => ({ type: 'node.Stopped', of: 'n7', data: { reason } });

it('records, steps, runs the effects and then appends, one input at a time', () => {
  const log: string[] = [];
  const counter: Actor<number, number> = actor<number, number, string>({
    state: 0,
    record: (input) => log.push(`record ${input}`),
    step: (state, input) => ({
      state: state + input,
      effects: [`effect ${input}`],
      facts: [stopped(`${input}`)],
    }),
    run: (effect) => {
      log.push(effect);
      if (effect === 'effect 1') counter.send(10);
    },
    append: (drafts) => log.push(`fact ${(drafts[0] as Draft<'node.Stopped'>).data.reason}`),
    onError: () => log.push('error'),
  });
  counter.send(1);
  expect(counter.state()).toBe(11);
  expect(log).toEqual(['record 1', 'effect 1', 'fact 1', 'record 10', 'effect 10', 'fact 10']);
});

it('hands the cause of an input to its facts', () => {
  const causes: (Cause | undefined)[] = [];
  const cause = { causationId: 'a', correlationId: 'b' };
  const mailbox = actor<null, string, never>({
    state: null,
    step: (state, input) => ({ state, effects: [], facts: input === 'say' ? [stopped('x')] : [] }),
    run: () => undefined,
    append: (_, given) => causes.push(given),
    onError: (error) => {
      throw error;
    },
  });
  mailbox.send('say', cause);
  mailbox.send('be silent', cause);
  mailbox.send('say');
  expect(causes).toEqual([cause, undefined]);
});

it('goes on after a bug, with the state it had', () => {
  const errors: unknown[] = [];
  const mailbox = actor<number, number, never>({
    state: 0,
    step: (state, input) => {
      if (input < 0) throw new Error('bug');
      return { state: state + input, effects: [], facts: [] };
    },
    run: () => undefined,
    append: () => undefined,
    onError: (error) => errors.push(error),
  });
  mailbox.send(1);
  mailbox.send(-1);
  mailbox.send(2);
  expect(mailbox.state()).toBe(3);
  expect(errors).toHaveLength(1);
});
