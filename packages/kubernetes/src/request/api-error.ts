import type { IncomingHttpHeaders } from 'node:http';
import type { Secret } from '../access/secret.ts';
import { isObject, type JsonObject, objectOf, parseJson, textOf } from '../json.ts';
import { discreet, printable } from '../wording.ts';

/** Why a request has no good answer: the API server's own `Status`, or what stood between it and us. */
export interface ApiError {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number;
  /**
   * The API's word (`NotFound`, `Conflict`, `Expired`, `TooManyRequests` …), or one of ours: `Unreachable`, `Timeout`,
   * `Untrusted`, `Credentials`, `Malformed`, `TooLarge`, `Closed`.
   */
  readonly reason: string;
  readonly message: string;
  /** How long the server asks us to wait, in milliseconds. */
  readonly retryAfter: number | undefined;
}

/** An error that did not come from the API server. */
export const localError = (reason: string, message: string, status = 0): ApiError => ({
  status,
  reason,
  message: printable(message),
  retryAfter: undefined,
});

/** What HTTP itself means, for answers that say no more. */
const REASONS: { readonly [status: number]: string } = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Gone',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const milliseconds = (seconds: unknown): number | undefined => {
  const number = typeof seconds === 'string' && /^\d{1,9}$/.test(seconds) ? Number(seconds) : seconds;
  return typeof number === 'number' && number > 0 ? number * 1000 : undefined;
};

/** A `Status` object as an error. `http` stands in for what it leaves out. */
export const statusError = (status: JsonObject, http = 0, retryAfter?: string): ApiError => {
  const code = typeof status.code === 'number' ? status.code : http;
  const asked = milliseconds(objectOf(status, 'details').retryAfterSeconds);
  return {
    status: code,
    reason: printable(textOf(status, 'reason'), 60) || (REASONS[code] ?? 'Unknown'),
    message: printable(textOf(status, 'message')) || `the API server answered ${code}`,
    retryAfter: milliseconds(retryAfter) ?? asked,
  };
};

/** An HTTP answer of 300 and above as an error, whatever its body is. */
export const httpError = (status: number, headers: IncomingHttpHeaders, body: string): ApiError => {
  const value = parseJson(body);
  const told = isObject(value) && value.kind === 'Status' ? value : {};
  const error = statusError({ ...told, code: status }, status, headers['retry-after']);
  if (textOf(told, 'message') !== '') return error;
  const type = headers['content-type'] ?? 'no content type';
  return { ...error, message: printable(`answered ${status} with ${type}: ${discreet(body.slice(0, 200))}`) };
};

/** One line for people. */
export const describeError = ({ status, reason, message }: ApiError): string =>
  status === 0 ? message : `${status} ${reason}: ${message}`;

/** Takes our own token out of what a server, or a proxy before it, repeats of a request. */
export const conceal = (error: ApiError, token: Secret | undefined): ApiError =>
  token === undefined
    ? error
    : { ...error, message: error.message.replaceAll(token.reveal(), token.toString()) };
