import { statSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openJournal } from './journal.ts';
import { journalPlace } from './place.ts';
import { sampleFacts } from './sample-facts.ts';

const FACTS = 400;
const holding = { onHeld: () => undefined, onWritten: () => undefined };

describe('the journal of a daemon', () => {
  const place = journalPlace();
  afterEach(place.clean);

  it('is written back after the fact, long before an append would have to', async () => {
    const log = openJournal(place.file, { holding });
    const writer = log.writer('n7/speaker');
    const size = (): number => statSync(place.file).size;
    const before = size();
    for (const fact of sampleFacts(FACTS)) writer.append([fact]);
    expect(size()).toBe(before);
    await vi.waitFor(() => expect(size()).toBeGreaterThan(before), 10_000);
    log.close();
  });
});
