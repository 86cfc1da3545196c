/** Protocols that talk in the clear before they ask for TLS: what is in front of the ClientHello. */
import { agrees, latin1, u16, u32 } from "./bytes.ts";
import { type Layer, MORE, OTHER } from "./verdict.ts";

/** More than any client says before it asks for TLS. */
const MAX_PREAMBLE = 4096;
/** SMTP, IMAP (with its tag), LMTP, NNTP, ManageSieve; POP3; FTP. */
const COMMAND = /(?:^|\n)(?:(?:[\x21-\x7e]{1,64} )?STARTTLS|STLS|AUTH (?:TLS|SSL|TLS-[CP])) *\r?\n$/i;
/** RFC 6120 §5: XMPP asks with an element. */
const ELEMENT = /<starttls\b[^<>]*(?:\/>|><\/starttls *>)\s*$/;

/** Lines of text (UTF-8 in an XMPP domain, say), the last of which asks for TLS, and then what can only be a TLS record. */
export function readTextPreamble(bytes: Uint8Array): Layer {
  const end = bytes.subarray(0, MAX_PREAMBLE).findIndex((byte) => !isText(byte) && byte < 0x80);
  if (end < 0) return bytes.length < MAX_PREAMBLE ? MORE : OTHER;
  if (end === 0 || bytes[end] !== 0x16) return OTHER;
  const asked = latin1(bytes, Math.max(0, end - 512), end);
  return COMMAND.test(asked) || ELEMENT.test(asked) ? beforeTls(end) : OTHER;
}

export function isText(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 10 || byte === 13 || byte === 9;
}

const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);
const GSSENC_REQUEST = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30);

/** PostgreSQL asks with eight bytes; libpq first asks for GSSAPI where that is to be preferred. */
export function readPostgres(bytes: Uint8Array): Layer {
  if (!agrees(bytes, SSL_REQUEST) && !agrees(bytes, GSSENC_REQUEST)) return OTHER;
  if (bytes.length < SSL_REQUEST.length) return MORE;
  return agrees(bytes, SSL_REQUEST)
    ? beforeTls(SSL_REQUEST.length)
    : { kind: "preamble", length: GSSENC_REQUEST.length, tunnel: null, flags: [], expects: "anything" };
}

const MYSQL_HEADER = Uint8Array.of(32, 0, 0, 1);
const MYSQL_LENGTH = 36;
const CLIENT_SSL = 0x0008_0000; // bit 11 of little-endian capabilities, read as big-endian

/** MySQL: a login packet that ends after its capabilities. */
export function readMysql(bytes: Uint8Array): Layer {
  if (!agrees(bytes, MYSQL_HEADER)) return OTHER;
  if (bytes.length < MYSQL_LENGTH) return MORE;
  return (u32(bytes, 4) & CLIENT_SSL) === 0 ? OTHER : beforeTls(MYSQL_LENGTH);
}

/** RFC 4511 §4.14.1: the request's name. */
const START_TLS = "1.3.6.1.4.1.1466.20037";

/** LDAP: messages in BER, the last of which is the extended request for TLS. */
export function readLdap(bytes: Uint8Array): Layer {
  for (let at = 0; at < MAX_PREAMBLE;) {
    if (bytes.length < at + 2) return MORE;
    const long = (bytes[at + 1] ?? 0) & 0x80;
    const sizeBytes = long === 0 ? 0 : (bytes[at + 1] ?? 0) & 0x7f;
    if (bytes[at] !== 0x30 || sizeBytes > 4) return OTHER;
    const content = at + 2 + sizeBytes;
    if (bytes.length < content + 3) return MORE;
    // A message id of one to four bytes.
    const idSize = bytes[content + 1] ?? 0;
    if (bytes[content] !== 2 || idSize === 0 || idSize > 4) return OTHER;
    const size = sizeBytes === 0 ? (bytes[at + 1] ?? 0) : u32(bytes, content - 4) % 256 ** sizeBytes;
    const end = content + size;
    if (end > MAX_PREAMBLE) return OTHER;
    if (bytes.length < end) return MORE;
    if (bytes[content + 2 + idSize] === 0x77 && latin1(bytes, content, end).includes(START_TLS)) return beforeTls(end);
    at = end;
  }
  return OTHER;
}

const TDS_HEADER = 8;
const PRELOGIN = 0x12;
/** The version stands first in PRELOGIN's table. */
const VERSION_TOKEN = 0;

/** SQL Server ([MS-TDS] §2.2.6.5): PRELOGIN, and then a hello in packets of the same type. */
export function readTds(bytes: Uint8Array): Layer {
  if (bytes.length < TDS_HEADER + 1) return agrees(bytes, Uint8Array.of(PRELOGIN, 1)) ? MORE : OTHER;
  // Status 1: the message ends with this packet. Process and window are zero.
  if (bytes[0] !== PRELOGIN || bytes[1] !== 1 || u16(bytes, 4) !== 0 || bytes[7] !== 0) return OTHER;
  const length = u16(bytes, 2);
  if (bytes[TDS_HEADER] === 0x16) return beforeTls(TDS_HEADER);
  if (length < TDS_HEADER + 6 || length > MAX_PREAMBLE || bytes[TDS_HEADER] !== VERSION_TOKEN) return OTHER;
  return { kind: "preamble", length, tunnel: null, flags: [], expects: "anything" };
}

const TPKT_HEADER = 4;
const CONNECTION_REQUEST = 0xe0;

/** Remote Desktop ([MS-RDPBCGR] §2.2.1.1): one X.224 connection request in a TPKT (RFC 1006), and then a hello. */
export function readRdp(bytes: Uint8Array): Layer {
  if (bytes.length < TPKT_HEADER + 2) return agrees(bytes, Uint8Array.of(3, 0)) ? MORE : OTHER;
  const length = u16(bytes, 2);
  // The request fills the packet: its own length does not count itself.
  const fits = length > TPKT_HEADER + 6 && length <= MAX_PREAMBLE && bytes[TPKT_HEADER] === length - TPKT_HEADER - 1;
  if (bytes[0] !== 3 || bytes[1] !== 0 || !fits || bytes[TPKT_HEADER + 1] !== CONNECTION_REQUEST) return OTHER;
  return beforeTls(length);
}

function beforeTls(length: number): Layer {
  return { kind: "preamble", length, tunnel: null, flags: [], expects: "tls" };
}
