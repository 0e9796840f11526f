import type { RecordedFact } from '@vipcast/events';
import { describe, expect, it } from 'vitest';
import { replay } from './replay.ts';
import { createStage, type Stage } from './stage.ts';

const replayed = ({ facts, inputs }: Pick<Stage, 'facts' | 'inputs'>, to?: number) => {
  const outcome = replay({ facts: () => facts, inputs: () => inputs, close: () => {} }, { to });
  const [session] = outcome.sessions;
  return { ...outcome, session: session! };
};

/** A session that comes up, is reset, and loses its connection; with what is said about it. */
const play = (): Stage => {
  const stage = createStage();
  const actor = stage.create('tor1');
  stage.establish(actor);
  stage.happen(actor, { type: 'ManualReset', text: 'reset by a test' });
  stage.happen(actor, { type: 'TcpConnectionFails', connection: 'outgoing', because: 'connection closed' });
  return stage;
};

/** The old session says goodbye when the new one has begun, as when its configuration changes. */
const replace = (stage: Stage, old: string, peer = 'tor1'): string => {
  stage.happen(old, { type: 'ManualStop', subcode: 6, text: '' });
  const next = stage.create(peer);
  stage.happen(next, { type: 'ManualStart' });
  stage.happen(old, { type: 'TcpConnectionFails', connection: 'outgoing', because: 'connection closed' });
  return next;
};

const since = (stage: Stage, index: number) => ({ facts: stage.facts, inputs: stage.inputs.slice(index) });

describe('a replay', () => {
  it('concludes what was concluded', () => {
    const stage = play();
    const { session, skipped } = replayed(stage);
    expect(session).toMatchObject({ node: 'n1', peer: 'tor1', inputs: 7, difference: undefined });
    expect(session).toMatchObject({ older: 0, uncovered: 0, ahead: 0, thrown: 0 });
    // Idle, Connect, OpenSent, OpenConfirm, Established; and Established, Closed; and down again.
    expect(session.equal).toBe(stage.facts.length);
    expect(stage.facts.map(({ type }) => type)).toContain('session.Established');
    expect(skipped).toBe(0);
  });

  it('shows the input where a fact is not what comes out', () => {
    const stage = play();
    const index = stage.facts.findIndex(({ type }) => type === 'session.Closed');
    const fact = stage.facts[index] as RecordedFact<'session.Closed'>;
    stage.facts[index] = { ...fact, data: { ...fact.data, by: 'remote' } };
    const { difference } = replayed(stage).session;
    expect(difference?.input.input).toMatchObject({ type: 'ManualReset' });
    expect(difference?.cameOut).toMatchObject({ type: 'session.Closed', data: { by: 'local' } });
    expect(difference?.recorded).toBe(stage.facts[index]);
  });

  it('shows the input whose fact is missing', () => {
    const stage = play();
    const index = stage.facts.findIndex(({ type }) => type === 'session.Established');
    stage.facts.splice(index, 1);
    const { difference } = replayed(stage).session;
    expect(difference?.input.position).toBe(5);
    expect(difference?.cameOut?.type).toBe('session.Established');
  });

  it('shows the input after which there is a fact too many', () => {
    const stage = play();
    const [first] = stage.facts;
    stage.facts.splice(1, 0, { ...first!, n: 1.5 });
    const { difference } = replayed(stage).session;
    expect(difference?.input.position).toBe(2);
    expect(difference).toMatchObject({ cameOut: undefined, recorded: { n: 1.5 } });
  });

  it('tells two sessions of one peer apart that overlap', () => {
    const stage = createStage();
    const first = stage.create('tor1');
    stage.establish(first);
    stage.establish(replace(stage, first));
    const { session } = replayed(stage);
    expect(session).toMatchObject({ equal: stage.facts.length, difference: undefined });
    expect(session.state.outgoing.state).not.toBe('Idle');
  });

  it('keeps peers apart', () => {
    const stage = createStage();
    const [one, two] = [stage.create('tor1'), stage.create('tor2')];
    stage.establish(one);
    stage.establish(two);
    const { sessions } = replayed(stage);
    expect(sessions.map(({ peer, equal, difference }) => [peer, equal, difference])).toEqual([
      ['tor1', stage.facts.length / 2, undefined],
      ['tor2', stage.facts.length / 2, undefined],
    ]);
  });

  it('gives a state that depends on what happened, and on nothing else', () => {
    const { hash } = replayed(play());
    expect(replayed(play()).hash).toBe(hash);
    const stage = play();
    stage.inputs.pop();
    expect(replayed(stage).hash).not.toBe(hash);
  });

  it('ends when it is told to', () => {
    const stage = play();
    const { session } = replayed(stage, stage.inputs[3]!.at);
    expect(session).toMatchObject({ inputs: 4, difference: undefined, uncovered: 0 });
    expect(session.state.outgoing.state).toBe('OpenConfirm');
  });
});

describe('when something is lost', () => {
  it('begins with the first session that is there from its beginning', () => {
    const stage = createStage();
    const first = stage.create('tor1');
    stage.establish(first);
    const lost = stage.inputs.length - 1;
    stage.establish(replace(stage, first));
    const before = stage.facts.filter(({ at }) => at < stage.inputs[lost + 2]!.at).length;
    const { session, skipped } = replayed(since(stage, lost));
    expect(session).toMatchObject({ difference: undefined, older: before });
    // The old session's last word came after the new one had begun, and nobody knows what led to it.
    expect(session.equal).toBe(stage.facts.length - before - 1);
    expect(skipped).toBe(3);
  });

  it('says nothing of a session without a beginning', () => {
    const { sessions, skipped } = replayed(since(play(), 1));
    expect([sessions, skipped]).toEqual([[], 6]);
  });

  it('takes facts after the last input of a run as what a crash has left', () => {
    const stage = createStage();
    stage.establish(stage.create('tor1'));
    const crashed = stage.inputs.length - 2;
    const known = stage.facts.filter(({ at }) => at < stage.inputs[crashed]!.at).length;
    const uncovered = stage.facts.length - known;
    stage.inputs.splice(crashed);
    stage.restart();
    stage.establish(stage.create('tor1'));
    const { session } = replayed(stage);
    expect(session).toMatchObject({ uncovered, difference: undefined, older: 0 });
    expect(session.equal).toBe(stage.facts.length - uncovered);
  });

  it('compares nothing with facts that were copied too early', () => {
    const stage = play();
    const copied = stage.facts.splice(3).length;
    expect(replayed(stage).session).toMatchObject({ ahead: copied, equal: 3, difference: undefined });
  });

  it('goes on where a step throws, as the daemon does', () => {
    const stage = play();
    const broken = { type: 'BytesReceived', connection: 'nowhere', bytes: null, at: 0, random: 0 };
    stage.inputs.push({ position: 99, actor: 'n1/tor1/1', at: stage.inputs.at(-1)!.at + 5, input: broken });
    expect(replayed(stage).session).toMatchObject({ thrown: 1, difference: undefined });
  });
});
