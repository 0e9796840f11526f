import type { Socket } from 'node:net';

/** What became of what was sent: some of it waits, since now or since some of it went; or nothing waits any more. */
export type Sending = 'SendStalls' | 'SendFlows';

/**
 * A way to write to a socket, which tells when the kernel does not take what is written at once, and how that goes on.
 * It is counted in writes: a write of which a part was taken waits as a whole.
 */
export const watchSending = (
  socket: Socket,
  onChange: (sending: Sending) => void,
): ((bytes: Uint8Array) => void) => {
  let stalled = false;

  // One function for all writes, so that a write costs no closure.
  const onTaken = (error?: Error | null): void => {
    if (!stalled || error) return;
    stalled = socket.writableLength > 0;
    onChange(stalled ? 'SendStalls' : 'SendFlows');
  };

  return (bytes) => {
    socket.write(bytes, onTaken);
    if (stalled || socket.writableLength === 0) return;
    stalled = true;
    onChange('SendStalls');
  };
};
