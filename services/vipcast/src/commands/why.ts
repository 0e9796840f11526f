import { type WhyRow, why } from '@vipcast/views';
import type { Command } from 'commander';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { Io } from '../io.ts';
import { requireKnown } from '../known.ts';
import { nonEmpty, type ViewOptions, withView } from '../options.ts';
import { runView } from '../view-command.ts';
import { formatWhy, nextStep } from '../why-text.ts';

const isGood = (rows: readonly WhyRow[]): boolean =>
  rows.some(({ announced }) => announced) && rows.every(({ announced, excluded }) => announced || excluded);

/** `vipcast why VIP`. */
export const addWhy = (program: Command, io: Io): void => {
  withView(program.command('why'))
    .description(
      'the chain from the outside cause to the UPDATE, or the first thing that stops it; exit 1 if it is stopped',
    )
    .argument('<vip>', 'the name of a VIP, an address or a prefix', nonEmpty)
    .action((target: string, options: ViewOptions) =>
      runView(io, options, {
        kind: 'Why',
        view: why,
        context: (scope) => ({ ...scope, target }),
        whenEmpty: (network, scope) => {
          requireKnown(network, scope);
          const where = scope.node === undefined ? '' : ` on ${scope.node}`;
          throw new Failure('E_NOT_FOUND', `there is no VIP ${target}${where}, and never was`, {
            next: 'vipcast vips',
          });
        },
        format: (rows, looks) => rows.map((row) => formatWhy(row, looks)).join('\n'),
        exit: (rows) => (isGood(rows) ? EXIT.fine : EXIT.negative),
        hints: (rows) => [...new Set(rows.flatMap(nextStep))].map((next) => `Next: ${next}`),
      }),
    );
};
