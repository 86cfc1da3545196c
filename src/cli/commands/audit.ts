/** `sallyport audit verify`: whether the ledger of decisions still says what was written. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { InputError } from "../../model/error.ts";
import { parseAllowlist, readPublicKey, unrecorded, verifyLedger } from "../../propose/index.ts";
import { ledgerJson, ledgerText } from "../../report/index.ts";
import type { Command, ExitCode } from "../command.ts";
import { readText } from "../files.ts";
import { hmacKeyOf, readWhole } from "../keys.ts";
import { type Arguments, flag, text } from "../options.ts";

export const auditCommand: Command = {
  usage: "audit <action> <ledger>",
  describe: "audit verify LEDGER: find any edit, deletion, reordering or truncation of a ledger of decisions",
  options: {
    head: {
      type: "string",
      requiresArg: true,
      describe: "the hash of a record known to be there, or a file that holds it: finds what was cut off behind it",
    },
    allowlist: {
      type: "string",
      requiresArg: true,
      describe: "find approvals in this file that no record vouches for",
    },
    "public-key": {
      type: "string",
      requiresArg: true,
      describe: "every record must be signed by this Ed25519 key (PEM)",
    },
    "hmac-key-file": { type: "string", requiresArg: true, describe: "every record must have an HMAC by this key" },
  },
  run(args, { print }): ExitCode {
    const action = text(args, "action");
    if (action !== "verify") throw new InputError(`audit: expected verify, not ${action}`);
    const path = text(args, "ledger") ?? "";
    const publicKey = text(args, "public-key");
    const anchors = {
      head: headOf(args),
      publicKey: publicKey === null ? null : readPublicKey(readText(publicKey), publicKey),
      hmacKey: hmacKeyOf(args),
    };
    const found = verifyLedger(readWhole(path), basename(path), anchors);
    const allowlist = text(args, "allowlist");
    const forged =
      allowlist === null || !found.intact
        ? []
        : unrecorded(parseAllowlist(readText(allowlist), basename(allowlist)), found.records);
    const proved = {
      anchored: anchors.head,
      signed: publicKey !== null,
      authenticated: anchors.hmacKey !== null,
      forged,
    };
    print(flag(args, "json") ? ledgerJson(found, forged) : ledgerText(found, proved));
    return found.intact && forged.length === 0 ? 0 : 1;
  },
};

function headOf(args: Arguments): string | null {
  const given = text(args, "head");
  if (given === null) return null;
  const hash = existsSync(given) ? readText(given).trim() : given;
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new InputError(`--head: neither 64 hex digits nor a file that holds them: ${given}`);
  return hash;
}
