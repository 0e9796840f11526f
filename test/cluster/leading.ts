import type { NatsServer } from './nats.ts';

/** The server that was the last to say that it leads the stream of facts. */
export const leaderOf = (servers: readonly NatsServer[]): NatsServer => {
  const said = servers.flatMap((server) =>
    Array.from(
      server
        .output()
        .matchAll(/ (\S+ \S+) \[INF\] JetStream cluster new stream leader for '\S+ > vipcast-test'/g),
      ([, time = '']) => ({ time, server }),
    ),
  );
  const [last] = said.toSorted((x, y) => (x.time < y.time ? 1 : -1));
  if (last === undefined) throw new Error('no server says that it leads');
  return last.server;
};
