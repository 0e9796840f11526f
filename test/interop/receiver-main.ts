import { type ReceiverConfig, startReceiver } from './receiver.ts';

// The child's side of receiver-process.ts: answers each question with the state at that moment.
const receiver = await startReceiver(JSON.parse(process.argv[2]!) as ReceiverConfig);

process.on('message', ({ id, verb, bytes }: { id: number; verb: string; bytes?: Uint8Array }) => {
  if (verb === 'clear') receiver.clear();
  if (verb === 'disconnect') receiver.disconnect();
  if (verb === 'send') receiver.send(bytes!);
  process.send!({
    id,
    answer: {
      port: receiver.port,
      open: receiver.open(),
      established: receiver.established(),
      establishedCount: receiver.establishedCount(),
      ...(verb === 'record' ? { updates: receiver.updates, others: receiver.others } : {}),
    },
  });
});
process.on('disconnect', () => process.exit());
