/** Refuses a rule that asks one packet for two protocols, as nft does when it puts one header upon the other. */
import { PolicySyntaxError } from "../contract.ts";
import { PROTOCOL } from "../packet/packet.ts";
import { symbolValue } from "../packet/symbol.ts";
import { shown } from "./token.ts";
import type { Rule, Statement, Value } from "./tree.ts";
import { printValue } from "./write.ts";

/** A protocol by its number; null where nothing was said of it, and `unclear` where nothing here follows what nft makes of it. */
type Said = bigint | null | "unclear";

interface Headers {
  readonly network: Said;
  readonly transport: Said;
}

const NETWORKS: ReadonlyMap<string, bigint> = new Map([
  ["ip", 4n],
  ["ip6", 6n],
]);

const TRANSPORTS: ReadonlyMap<string, bigint> = new Map([
  ...Object.entries(PROTOCOL),
  ["udplite", 136n],
  ["dccp", 33n],
]);

/** What each of them goes in, where a table sees both families. */
const CARRIED: ReadonlyMap<bigint, bigint> = new Map([
  [PROTOCOL.icmp, 4n],
  [PROTOCOL.icmpv6, 6n],
]);

/** Whatever else reads a header may stand between two that are known. */
const HEADERLESS: ReadonlySet<string> = new Set([
  "th",
  "meta",
  "ct",
  "fib",
  "socket",
  "iif",
  "oif",
  "iifname",
  "oifname",
]);

export function checkProtocols({ statements }: Rule, family: string): void {
  const mixed = !NETWORKS.has(family);
  let headers: Headers = { network: NETWORKS.get(family) ?? null, transport: null };
  for (const statement of statements) {
    if (statement.kind !== "match" && statement.kind !== "vmap") continue;
    const left = statement.kind === "match" ? statement.left : statement.key;
    if (left.kind === "selector") headers = after(headers, left, valueOf(statement), mixed);
    else for (const selector of selectorsIn(left)) headers = after(headers, selector, null, mixed);
  }
}

type Selector = Value & { readonly kind: "selector" };

function selectorsIn(left: Value): readonly Selector[] {
  if (left.kind === "selector") return [left];
  if (left.kind === "concat") return left.parts.flatMap(selectorsIn);
  return left.kind === "binary" ? selectorsIn(left.left) : [];
}

/** The one word that is compared with. */
function valueOf(statement: Statement & { kind: "match" | "vmap" }): string | null {
  if (statement.kind !== "match" || statement.right.kind !== "word") return null;
  return statement.operator === "implicit" || statement.operator === "==" ? statement.right.text : null;
}

/** `mixed`: the table sees both families. */
function after(headers: Headers, selector: Selector, value: string | null, mixed: boolean): Headers {
  const [head = "", field = ""] = selector.words;
  const [network, transport] = [NETWORKS.get(head), TRANSPORTS.get(head)];
  if (field === "option") return { ...headers, transport: "unclear" };
  if (network !== undefined) {
    const said = { network: agreed(headers.network, network, selector), transport: headers.transport };
    return field === "protocol" || field === "nexthdr" ? { ...said, transport: named(headers.transport, value) } : said;
  }
  if (transport !== undefined) {
    const said = { network: headers.network, transport: agreed(headers.transport, transport, selector) };
    const carrier = CARRIED.get(transport);
    if (carrier === undefined || !mixed || headers.network === carrier) return said;
    return { ...said, network: headers.network === null ? carrier : "unclear" };
  }
  if (head === "meta" && field === "l4proto") return { ...headers, transport: named(headers.transport, value) };
  if (head === "meta" && (field === "nfproto" || field === "protocol")) {
    const known = value === "ipv4" ? 4n : value === "ipv6" ? 6n : "unclear";
    return { ...headers, network: headers.network === null && field === "nfproto" ? known : "unclear" };
  }
  return HEADERLESS.has(head) ? headers : { network: "unclear", transport: "unclear" };
}

function agreed(said: Said, asked: bigint, selector: Selector): Said {
  if (said === null || said === asked) return asked;
  if (said === "unclear") return said;
  const { file, line, column } = selector.at;
  const problem = `unexpected ${shown(printValue(selector))}, expected nothing of another protocol than before it in the rule`;
  throw new PolicySyntaxError(file, line, column, problem);
}

/** A protocol by name or number, where nothing was said before. */
function named(said: Said, value: string | null): Said {
  if (said !== null || value === null) return "unclear";
  const number = /^\d{1,3}$/.test(value) ? BigInt(value) : symbolValue("protocol", value);
  return [...TRANSPORTS.values()].find((each) => each === number) ?? "unclear";
}
