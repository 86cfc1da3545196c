/** Rules of iptables, loaded by one of its two backends, and the kernel's answers beside ours. */
import { parseIpset } from "../../src/dialect/iptables/ipset/parse.ts";
import { IpSets } from "../../src/dialect/iptables/ipset/state.ts";
import { loadIptables, parseIptables } from "../../src/dialect/iptables/index.ts";
import { lowerStates } from "../../src/dialect/iptables/lower.ts";
import { State } from "../../src/dialect/iptables/state.ts";
import { FROM_HOST, type PacketContext } from "../../src/dialect/packet/packet.ts";
import { familyOf } from "../../src/model/address.ts";
import { type Instant, SECOND } from "../../src/model/instant.ts";
import type { Question } from "../../src/model/policy.ts";
import { boundaryQuestions } from "./boundary.ts";
import { inNamespace } from "./namespace.ts";

export const BACKENDS = ["nft", "legacy"] as const;

/** Between every past and future date the rules name, as the machine's own clock is. */
const NOW = 1_800_000_000 * SECOND;

export interface IptablesCase {
  /** What stands between `*filter` and `COMMIT`. */
  readonly rules: string;
  readonly family: 4 | 6;
  readonly backend: (typeof BACKENDS)[number];
  readonly sets?: string;
  readonly context?: PacketContext;
  readonly now?: Instant;
  /** More shell before the rules are loaded. */
  readonly before?: string;
  /** Whose packets are sent; only root's may be others than datagrams. */
  readonly uid?: number;
  readonly only?: (question: Question) => boolean;
}

export function compareIptables(each: IptablesCase): { disagreements: string[]; kernel: ReadonlySet<string> } {
  const { rules, family, sets = "", context = FROM_HOST, now = NOW, only = () => true } = each;
  const path = `rules.v${family}`;
  const text = `*filter\n${rules}\nCOMMIT\n`;
  const known = new IpSets();
  known.load(parseIpset("sets.ipset", sets));
  const state = new State();
  state.load(parseIptables(path, text));
  const questions = boundaryQuestions(lowerStates([{ families: [family], state }], known)).filter(
    (question) => question.address !== null && familyOf(question.address) === family && only(question),
  );
  const files = sets === "" ? [] : [{ path: "sets.ipset", text: sets }];
  const layer = loadIptables([...files, { path, text }], context);
  const kernel = kernelVerdicts(each, path, text, questions);
  const disagreements = questions.flatMap((question, i) => {
    const { verdict, reason } = layer.decide(question, now);
    const { transport, address, port } = question;
    return verdict === kernel[i]
      ? []
      : `${transport} ${address} ${port}: ours ${verdict} (${reason}), kernel ${kernel[i]}`;
  });
  return { disagreements, kernel: new Set(kernel) };
}

function kernelVerdicts(each: IptablesCase, path: string, text: string, questions: readonly Question[]): string[] {
  const tool = `${each.family === 4 ? "iptables" : "ip6tables"}-${each.backend}-restore`;
  const load = `${each.before ?? ""}\n( ipset restore < sets.ipset && ${tool} ${path} ) >/dev/null`;
  const probe = each.uid === undefined ? "python3" : `python3 -c '${asUser(each.uid)}'`;
  const script = `${load}\n${probe} "$HERE/probe.py"`;
  const files = { [path]: text, "sets.ipset": each.sets === undefined ? "" : `${each.sets}\n` };
  const input = questions.map(({ transport, address, port }) => `${JSON.stringify({ transport, address, port })}\n`);
  // Other users are there only outside of a namespace of users.
  const identity = each.uid === undefined ? ["-r"] : [];
  return inNamespace(script, files, input.join(""), identity).trim().split("\n");
}

/** All that the probe needs is read before root's rights to read it are gone. */
function asUser(uid: number): string {
  const names = "encodings.idna, errno, json, os, socket, struct, sys";
  return `import ${names}; code = open(sys.argv[1]).read(); os.setuid(${uid}); exec(code)`;
}
