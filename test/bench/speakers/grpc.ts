import { connect, constants } from 'node:http2';
import { connect as connectSocket } from 'node:net';

const { HTTP2_HEADER_CONTENT_TYPE, HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, HTTP2_HEADER_TE } = constants;

/** A gRPC connection that stays open. */
export interface GrpcClient extends Disposable {
  /** Calls a method with one message, or a stream of them; settles when the server has answered with status 0. */
  call(method: string, messages: readonly Uint8Array[]): Promise<void>;
}

/** A message behind its five bytes of frame: not compressed, and its length. */
const framed = (message: Uint8Array): Buffer => {
  const frame = Buffer.alloc(5 + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
};

/** Opens a gRPC connection (HTTP/2 without TLS) to a Unix socket. */
export const connectGrpc = (path: string): GrpcClient => {
  const session = connect('http://localhost', { createConnection: () => connectSocket(path) });
  session.on('error', () => {});
  return {
    call: (method, messages) =>
      new Promise((resolve, reject) => {
        const stream = session.request({
          [HTTP2_HEADER_METHOD]: 'POST',
          [HTTP2_HEADER_PATH]: method,
          [HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
          [HTTP2_HEADER_TE]: 'trailers',
        });
        let status: string | undefined;
        const note = (headers: Readonly<Record<string, unknown>>): void => {
          if (headers['grpc-status'] !== undefined)
            status = `${headers['grpc-status']} ${headers['grpc-message'] ?? ''}`.trim();
        };
        stream.on('response', note).on('trailers', note).on('error', reject).resume();
        stream.on('close', () =>
          status === '0' ? resolve() : reject(new Error(`${method}: status ${status}`)),
        );
        for (const message of messages) stream.write(framed(message));
        stream.end();
      }),
    [Symbol.dispose]: () => session.destroy(),
  };
};
