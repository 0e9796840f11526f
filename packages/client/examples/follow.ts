/**
 * Prints the facts of a cluster, one line of JSON each, and remembers its place in a file:
 * `node follow.ts nats://127.0.0.1:4222 default [PLACE]`
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Bookmark, connect, isKnown } from '@vipcast/client';

const [servers = 'nats://127.0.0.1:4222', cluster = 'default', place] = process.argv.slice(2);
const client = await connect({ servers, cluster, name: 'example' });

const bookmark =
  place !== undefined && existsSync(place)
    ? (JSON.parse(readFileSync(place, 'utf8')) as Bookmark)
    : undefined;

const following = client.follow(
  { after: bookmark ?? 'start', onNotice: (notice) => console.error(JSON.stringify(notice)) },
  (fact) => {
    const { position, type, subject, at, writer, epoch, n, data } = fact;
    console.log(
      JSON.stringify({ position, type, subject, at, writer, epoch, n, data, known: isKnown(fact) }),
    );
  },
);

process.once('SIGTERM', async () => {
  if (place !== undefined) writeFileSync(place, JSON.stringify(following.bookmark() ?? null));
  await client.close();
});
await following.ended;
