/** A whole message (RFC 4271 §4.1) with a body written in hex. */
export const messageOf = (type: number, body: string): Uint8Array => {
  const octets = Buffer.from(body.replace(/\s/g, ''), 'hex');
  const length = 19 + octets.length;
  return Buffer.concat([Buffer.alloc(16, 0xff), Buffer.of(length >> 8, length & 0xff, type), octets]);
};

/** An UPDATE that withdraws nothing: its path attributes and its NLRI, in hex. */
const update = (attributes: string, nlri = '18c63364'): Uint8Array => {
  const text = attributes.replace(/\s/g, '');
  return messageOf(2, `0000 ${(text.length / 2).toString(16).padStart(4, '0')} ${text} ${nlri}`);
};

const ORIGIN = '40010100';
const AS_PATH = '4002060201 0000fde9';
const NEXT_HOP = '400304 0a000001';
const MANDATORY = ORIGIN + AS_PATH + NEXT_HOP;

/** UPDATEs that broke other speakers and, by RFC 7606, must not end a session. */
export const SURVIVABLE: Readonly<Record<string, Uint8Array>> = {
  'corrupt Tunnel Encapsulation (CVE-2023-38802)': update(`${MANDATORY} c01704 000fffff`),
  'Tunnel Encapsulation longer than its attribute (CVE-2024-44070)': update(
    `${MANDATORY} c01706 000f00ff0102`,
  ),
  'NLRI without any attribute (CVE-2023-41358)': update(''),
  'only an unknown transitive attribute (CVE-2023-46753)': update('c0fe0101'),
  'NEXT_HOP of three octets (CVE-2026-30405)': update(`${ORIGIN + AS_PATH} 400303 0a0000`),
  'AS4_PATH before AS_PATH (CVE-2026-41643)': update(`${ORIGIN} c01106 0201 0000fde9 ${AS_PATH + NEXT_HOP}`),
  'Prefix-SID of zeros (May 2025)': update(`${MANDATORY} c02808 0000000000000000`),
  'Only to Customer of 1024 octets (October 2025)': update(`${MANDATORY} d0230400 ${'00'.repeat(1024)}`),
  'AIGP past its end (CVE-2023-41359)': update(`${MANDATORY} c01a03 01ffff`),
  'one attribute 200 times': update(`${MANDATORY} ${'c0fe0101'.repeat(200)}`),
  'an AS_PATH whose segment is longer than itself': update(`${ORIGIN} 40020602ff 0000fde9 ${NEXT_HOP}`),
  'an ORIGIN of 7': update(`40010107 ${AS_PATH + NEXT_HOP}`),
  'End-of-RIB with rubbish behind it (CVE-2023-47235)': update('c0fe0101', ''),
};

/** What must end a session (RFC 7606 §3 and §5.3, RFC 4271 §6), and how it is then explained. */
export const FATAL: readonly (readonly [name: string, bytes: Uint8Array, lastError: RegExp])[] = [
  ['withdrawn-length', messageOf(2, '00ff 0000'), /Malformed Attribute List \(3\/1\), sent by us/],
  ['total-length', messageOf(2, '0000 00ff 400101'), /Malformed Attribute List \(3\/1\), sent by us/],
  ['prefix-of-33-bits', update(MANDATORY, '21c633640080'), /Invalid Network Field \(3\/10\), sent by us/],
  ['open-again', messageOf(1, '04 fde9 005a 0a000001 00'), /Finite State Machine Error.*, sent by us/],
];
