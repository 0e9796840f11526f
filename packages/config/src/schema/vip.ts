import { z } from 'zod';
import { durationText } from '../wording.ts';
import { endpoint, vipAddress } from './address.ts';
import { interval } from './duration.ts';
import { filePath, flag, interfaceName, label, someOf, text, wholeNumber } from './scalar.ts';

/** Probe timing where the file says nothing. */
export const PROBE_DEFAULTS = { interval: 1000, timeout: 500, rise: 2, fall: 3 } as const;

const http = text('an http or https URL without user name or password', (written) => {
  const url = written.length <= 2048 ? URL.parse(written) : null;
  const plain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return plain ? written : undefined;
});

const EXEC = 'a command: a list of arguments, or a text for /bin/sh -c';
const argument = text('an argument of at most 4096 characters', (written) =>
  written.length <= 4096 && !written.includes('\0') ? written : undefined,
);
const exec = z.union(
  [
    text(EXEC, (written) => (written.trim() !== '' && !written.includes('\0') ? written : undefined)),
    someOf(argument, EXEC).refine(([program]) => program !== '', { error: EXEC }),
  ],
  { error: EXEC },
);

const healthCheck = z
  .strictObject(
    {
      http: http.nullish(),
      ca: filePath.nullish(),
      insecure: flag.nullish(),
      tcp: endpoint.nullish(),
      exec: exec.nullish(),
      interval: interval.nullish(),
      timeout: interval.nullish(),
      rise: wholeNumber(1, 1000).nullish(),
      fall: wholeNumber(1, 1000).nullish(),
    },
    { error: 'a mapping with http, tcp or exec' },
  )
  .superRefine(({ http, tcp, exec, ca, insecure, ...timing }, context) => {
    if ([http, tcp, exec].filter((probe) => probe !== null && probe !== undefined).length !== 1)
      context.addIssue({ code: 'custom', message: 'exactly one of http, tcp and exec' });
    const say = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    const secure = http?.startsWith('https:') === true;
    if (ca && !secure) say('ca', 'ca beside an https URL only');
    if (insecure && !secure) say('insecure', 'insecure beside an https URL only');
    if (ca && insecure) say('insecure', 'ca or insecure, not both');
    const most = timing.interval ?? PROBE_DEFAULTS.interval;
    if ((timing.timeout ?? PROBE_DEFAULTS.timeout) > most)
      say(
        'timeout',
        `at most the interval, ${durationText(most)} (the default is ${durationText(PROBE_DEFAULTS.timeout)})`,
      );
  });

/** One entry of `vips`. */
export const vipSchema = z.strictObject(
  {
    name: label,
    addresses: someOf(vipAddress, 'a list of addresses'),
    healthCheck: healthCheck.nullish(),
    bind: interfaceName.nullish(),
  },
  { error: 'a mapping with name and addresses' },
);

/** A VIP as written. */
export type VipEntry = z.output<typeof vipSchema>;
