import { connect } from 'node:net';
import { describeError, type Outcome, type Probe } from './outcome.ts';

/** Connects to `host:port` or `[address]:port` and closes at once: a connection is healthy. */
export const probeTcp: Probe<string> = (target, giveUp) =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(`tcp://${target}`);
    const host = hostname.replace(/^\[|\]$/g, '');
    let outcome: Outcome | undefined;
    const socket = connect({ host, port: Number(port) });
    const end = (): void => {
      socket.destroy();
    };
    socket.on('connect', () => {
      outcome = { healthy: true, detail: `connected to ${target}` };
      end();
    });
    socket.on('error', (error) => {
      if (!giveUp.aborted) outcome ??= { healthy: false, detail: describeError(error) };
    });
    socket.on('close', () => {
      giveUp.removeEventListener('abort', end);
      resolve(outcome);
    });
    giveUp.addEventListener('abort', end);
  });
