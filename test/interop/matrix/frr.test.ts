import { describe } from 'vitest';
import { have } from '../../setup/packages.ts';
import { describeAddresses } from './addresses.ts';
import { CONTENDERS } from './contenders.ts';
import { describeRecovery } from './recovery.ts';
import { describeSessions } from './sessions.ts';
import { describeSteady } from './steady.ts';

const contender = CONTENDERS.frr;

describe.skipIf(!have('namespaces', 'iproute2', contender.requirement))(contender.name, () => {
  describeSteady(contender);
  describeSessions(contender);
  describeAddresses(contender);
  describeRecovery(contender);
});
