/**
 * Says who tells which router about a VIP, at every change: `node watch-vip.ts nats://127.0.0.1:4222 default 192.0.2.10`
 */
import { type Answers, connect } from '@vipcast/client';

const [servers = 'nats://127.0.0.1:4222', cluster = 'default', vip = ''] = process.argv.slice(2);
const client = await connect({ servers, cluster, name: 'example' });

let said = '';
const say = (state: Answers): void => {
  const rows = state.why(vip).map(({ node, peer, announced, steps }) => {
    const because = announced ? 'announced' : (steps.at(-1)?.text ?? '');
    return `${node} ${peer ?? '-'}: ${because}`;
  });
  const text = rows.join('\n') || `no node has ${vip}`;
  if (text !== said) console.log(text);
  said = text;
};
say(await client.state({ onChange: say }));
