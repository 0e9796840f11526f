import { EXIT, type ExitCode } from './exit-code.ts';

/** Every way the command fails: its exit status, the likely cause, and what to do next. */
const FAILURES = {
  E_USAGE: [EXIT.usage, '', 'vipcast --help'],
  E_TIME: [EXIT.usage, 'a time is now, -15m, 15m ago, 2026-11-23T09:41:07Z or seq:48211', ''],
  E_ADDRESS: [EXIT.usage, 'a VIP is one IPv4 or IPv6 address that routers can carry, without a length', ''],
  E_NODE_AMBIGUOUS: [EXIT.usage, 'this log holds more than one node', 'say which with --node NAME'],
  E_NODE_UNKNOWN: [EXIT.usage, 'no daemon has started on this log yet', 'vipcast up -c vipcast.yaml'],
  E_CONFIG_INVALID: [EXIT.negative, '', 'correct the file, then: vipcast check FILE'],
  E_IMPORT: [EXIT.negative, '', 'vipcast import kube-vip FILE, with a manifest or an env file'],
  E_REFUSED: [EXIT.negative, '', 'vipcast vips'],
  E_NOT_TOLD: [EXIT.negative, 'a session is down or busy', 'vipcast peers'],
  E_OUTPUT: [EXIT.negative, '', ''],
  E_FILE_UNREADABLE: [EXIT.notFound, '', ''],
  E_NOT_FOUND: [EXIT.notFound, '', ''],
  E_JOURNAL_MISSING: [
    EXIT.unreachable,
    'the daemon has not run on this host, or writes elsewhere',
    'name it with --journal FILE, or start the daemon: vipcast up -c vipcast.yaml',
  ],
  E_JOURNAL_UNUSABLE: [EXIT.unreachable, '', ''],
  E_DAEMON_UNREACHABLE: [EXIT.unreachable, 'the daemon is not running', 'vipcast up -c vipcast.yaml'],
  E_NATS: [
    EXIT.unreachable,
    'no server answers there, or the key is not let in',
    'vipcast status on a node: its journal holds the whole cluster too',
  ],
  E_NO_ANSWER: [EXIT.unreachable, 'the daemon is busy, or another node is meant', 'vipcast log -f'],
  E_TOO_OLD: [EXIT.tooOld, 'older facts are no longer kept', ''],
} as const satisfies Record<string, readonly [ExitCode, string, string]>;

/** A stable word for a way to fail. */
export type FailureCode = keyof typeof FAILURES;

/** The end of a command that cannot go on: what happened, the likely cause and the next command. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly exit: ExitCode;
  readonly likely: string;
  readonly next: string;

  constructor(
    code: FailureCode,
    what: string,
    better: { readonly likely?: string; readonly next?: string } = {},
  ) {
    super(what);
    const [exit, likely, next] = FAILURES[code];
    this.code = code;
    this.exit = exit;
    this.likely = better.likely ?? likely;
    this.next = better.next ?? next;
  }
}

/** A failure as people read it. */
export const describeFailure = ({ message, code, likely, next }: Failure): string =>
  [
    `error: ${message} (${code})`,
    ...(likely === '' ? [] : [`  likely: ${likely}`]),
    ...(next === '' ? [] : [`  next:   ${next}`]),
    '',
  ].join('\n');
