/** What the versions of QUIC differ in before the first secret is agreed: salt, labels, packet type numbers. */

export interface QuicVersion {
  /** RFC 9001 §5.2: anybody who knows the version's salt can read an Initial packet. */
  readonly salt: Buffer;
  readonly labels: { readonly key: string; readonly iv: string; readonly hp: string };
  /** The two type bits of each long packet that matters here (RFC 9000 §17.2, RFC 9369 §3.2). */
  readonly initial: number;
  readonly retry: number;
  /** The type of the frames that hold the handshake. */
  readonly crypto: number;
}

/** RFC 9000 §19.6, and what Google had before it. */
const [CRYPTO, GOOGLE_CRYPTO] = [0x06, 0x08];

function likeV1(salt: string, crypto: number = CRYPTO): QuicVersion {
  const labels = { key: "quic key", iv: "quic iv", hp: "quic hp" };
  return { salt: Buffer.from(salt, "hex"), labels, initial: 0, retry: 3, crypto };
}

function likeV2(salt: string): QuicVersion {
  const labels = { key: "quicv2 key", iv: "quicv2 iv", hp: "quicv2 hp" };
  return { salt: Buffer.from(salt, "hex"), labels, initial: 1, retry: 0, crypto: CRYPTO };
}

const V1 = likeV1("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
const DRAFT_29 = likeV1("afbfec289993d24c9e9786f19c6111e04390a899");
const DRAFT_23 = likeV1("c3eef712c72ebb5a11a7d2432bb46365bef9f502");
const DRAFT_22 = likeV1("7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a");
const V2 = likeV2("0dede3def700a6db819381be6e269dcbf9bd2ed9");
const V2_DRAFT = likeV2("a707c203a59b47184a1d62ca570406ea7ae3e5d3");

/** By number: the two standards, and what their authors and others numbered for themselves. */
const VERSIONS: ReadonlyMap<number, QuicVersion> = new Map([
  [1, V1],
  [0x6b3343cf, V2],
  [0x709a50c4, V2_DRAFT],
  // Facebook's mvfst: on draft 22, and on draft 27.
  [0xfaceb001, DRAFT_22],
  [0xfaceb002, DRAFT_23],
  [0xfaceb00e, DRAFT_23],
  // Google's Q050, the first that is encrypted from the start, and T050 and T051, the first with TLS.
  [0x51303530, likeV1("504574efd066fe2f9d945cfcdbd3a7f0d3b56b45", GOOGLE_CRYPTO)],
  [0x54303530, likeV1("7ff579e5acd072915580304c43a2367c60488310", GOOGLE_CRYPTO)],
  [0x54303531, likeV1("7a4edef4e7ccee5fa4506c19124fc8ccda6e033d", GOOGLE_CRYPTO)],
]);

/** Null for versions that nobody can read without knowing them, and for version negotiation (0). */
export function versionOf(number: number): QuicVersion | null {
  const known = VERSIONS.get(number);
  if (known) return known;
  // RFC 9000 §15: reserved, so that servers are made to negotiate. What is behind it can only be the client's own.
  if ((number & 0x0f0f0f0f) >>> 0 === 0x0a0a0a0a) return V1;
  const draft = number - 0xff000000;
  if (draft >= 33 && draft <= 34) return V1;
  if (draft >= 29 && draft <= 32) return DRAFT_29;
  if (draft >= 23 && draft <= 28) return DRAFT_23;
  return draft === 22 ? DRAFT_22 : null;
}
