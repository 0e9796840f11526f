import { existsSync } from 'node:fs';
import { isExport } from '@vipcast/log';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import { harmless } from '../harmless.ts';
import type { Io } from '../io.ts';
import { journalFile, missing } from '../journal.ts';
import type { JournalOptions } from '../options.ts';
import { readMoment } from '../window.ts';
import { isEqual, outcomeLines } from './outcome-text.ts';
import { openRecording, type Recording } from './recording.ts';
import { replay } from './replay.ts';
import { openReport } from './report.ts';
import type { Turn } from './sessions.ts';
import { turnLines } from './turn-text.ts';

/** The flags of `vipcast replay`. */
export interface ReplayFlags extends JournalOptions {
  readonly peer?: string;
  readonly to?: string;
  readonly step?: boolean;
}

const open = (file: string): Recording => {
  if (!existsSync(file)) throw missing(file);
  return isExport(file) ? openReport(file) : openRecording(file);
};

/** Inputs have no position in the log, so `seq:N` means when that fact was decided. */
const readEnd = (io: Io, recording: Recording, to: string | undefined): number | undefined => {
  if (to === undefined) return undefined;
  const moment = readMoment('--to', to, io.clock.wall());
  if (moment.kind === 'time') return moment.at;
  for (const { position, at } of recording.facts()) if (position === moment.seq) return at;
  throw new Failure('E_NOT_FOUND', `seq:${moment.seq} is not in the log`);
};

const requireFacts = (recording: Recording, file: string): void => {
  const [fact] = recording.facts();
  if (fact === undefined) throw new Failure('E_NOT_FOUND', `there is no fact in ${file} to compare with`);
};

const nothing = (file: string, { peer, to }: ReplayFlags, skipped: number): Failure => {
  const whose = peer === undefined ? 'any session' : `a session with ${peer}`;
  const until = to === undefined ? '' : ` up to ${to}`;
  return new Failure('E_NOT_FOUND', `nothing is recorded in ${file} of the beginning of ${whose}${until}`, {
    likely:
      skipped > 0
        ? `the beginning is older than what is kept; ${skipped} inputs after it are there`
        : `a copy of a journal needs ${file}.inputs beside it, a report needs the inputs`,
    next: peer === undefined ? '' : 'leave out --peer to see whose there are',
  });
};

/**
 * Replays a recording and prints what came out.
 * @throws Failure when there is none, or nothing in it
 */
export const runReplay = async (io: Io, named: string | undefined, flags: ReplayFlags): Promise<void> => {
  const file = named ?? (await journalFile(io, flags));
  const recording = open(file);
  const print = (lines: readonly string[]): void => {
    io.stdout.write(lines.map((line) => `${harmless(line)}\n`).join(''));
  };
  try {
    requireFacts(recording, file);
    const to = readEnd(io, recording, flags.to);
    const onTurn = flags.step ? { onTurn: (turn: Turn) => print(turnLines(turn)) } : {};
    const outcome = replay(recording, { peer: flags.peer, to, ...onTurn });
    if (outcome.sessions.length === 0) throw nothing(file, flags, outcome.skipped);
    print(outcomeLines(outcome));
    io.finish(isEqual(outcome) ? EXIT.fine : EXIT.negative);
  } finally {
    recording.close();
  }
};
