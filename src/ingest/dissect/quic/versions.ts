/** What the versions of QUIC differ in before the first secret is agreed: salt, labels, packet type numbers. */

export interface QuicVersion {
  /** RFC 9001 §5.2: anybody who knows the version's salt can read an Initial packet. */
  readonly salt: Buffer;
  readonly labels: { readonly key: string; readonly iv: string; readonly hp: string };
  /** The two type bits of each long packet that matters here (RFC 9000 §17.2, RFC 9369 §3.2). */
  readonly initial: number;
  readonly retry: number;
}

function likeV1(salt: string): QuicVersion {
  const labels = { key: "quic key", iv: "quic iv", hp: "quic hp" };
  return { salt: Buffer.from(salt, "hex"), labels, initial: 0, retry: 3 };
}

const V1 = likeV1("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
const DRAFT_29 = likeV1("afbfec289993d24c9e9786f19c6111e04390a899");
const DRAFT_23 = likeV1("c3eef712c72ebb5a11a7d2432bb46365bef9f502");
const V2: QuicVersion = {
  salt: Buffer.from("0dede3def700a6db819381be6e269dcbf9bd2ed9", "hex"),
  labels: { key: "quicv2 key", iv: "quicv2 iv", hp: "quicv2 hp" },
  initial: 1,
  retry: 0,
};

/** Facebook's mvfst numbers its own versions; these two run on draft 27. */
const MVFST: ReadonlySet<number> = new Set([0xfaceb002, 0xfaceb00e]);

/** Null for versions that nobody can read without knowing them, and for version negotiation (0). */
export function versionOf(number: number): QuicVersion | null {
  if (number === 1) return V1;
  if (number === 0x6b3343cf) return V2;
  if (MVFST.has(number)) return DRAFT_23;
  const draft = number - 0xff000000;
  if (draft >= 33 && draft <= 34) return V1;
  if (draft >= 29 && draft <= 32) return DRAFT_29;
  return draft >= 23 && draft <= 28 ? DRAFT_23 : null;
}
