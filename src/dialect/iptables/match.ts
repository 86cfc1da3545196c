/** The options of one rule as conditions on a packet. */
import { type Family, parseAddress, toBigInt, familyOf } from "../../model/address.ts";
import { parseInstant, SECOND } from "../../model/instant.ts";
import { widthOf } from "../../model/prefix.ts";
import { PolicySyntaxError } from "../contract.ts";
import { symbolValue } from "../packet/symbol.ts";
import { type Box, BoxSet, point, type Range } from "../packet/box.ts";
import { CT_STATE } from "../packet/packet.ts";
import type { Condition, Field } from "../packet/program.ts";
import { rangeOfAddress, rangeOfPrefix } from "../packet/written.ts";
import type { Option } from "./tree.ts";
import { printOption } from "./write.ts";

const ZONES = 14n * 3600n;

/** Modules whose options are read here, or that ask nothing by themselves. */
const MODULES: ReadonlySet<string> = new Set([
  "tcp",
  "udp",
  "sctp",
  "icmp",
  "icmp6",
  "icmpv6",
  "multiport",
  "comment",
  "conntrack",
  "state",
  "time",
  "owner",
  "iprange",
  "addrtype",
]);

/** Turns an option into conditions, null where it asks something of a packet that is not known here. */
type Reader = (option: Option) => Condition[] | null;

/** Options that say something about others and ask nothing themselves. */
const SILENT: Reader = () => [];

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["-m", (option) => (MODULES.has(option.words[0] ?? "") ? [] : null)],
  ["-p", protocol],
  ["-s", addresses("saddr")],
  ["-d", addresses("daddr")],
  ["--src-range", addressRange("saddr")],
  ["--dst-range", addressRange("daddr")],
  ["-i", networkInterface("in")],
  ["-o", networkInterface("out")],
  ["-f", never],
  ["--dport", ports("dport")],
  ["--sport", ports("sport")],
  ["--ports", eitherPort],
  ["--icmp-type", icmpType],
  ["--ctstate", conntrackState],
  ["--ctdir", direction],
  ["--uid-owner", owner("uid")],
  ["--gid-owner", owner("gid")],
  ["--dst-type", destinationType],
  ["--syn", (option) => (option.negated ? never({ ...option, negated: false }) : [])],
  ["--tcp-flags", tcpFlags],
  ["--comment", SILENT],
  ["--kerneltz", SILENT],
  ["--utc", SILENT],
  ["--contiguous", SILENT],
]);

/** Other spellings of the same option. */
const ALIASES: Readonly<Record<string, string>> = {
  "--match": "-m",
  "--protocol": "-p",
  "--proto": "-p",
  "--source": "-s",
  "--src": "-s",
  "--destination": "-d",
  "--dst": "-d",
  "--in-interface": "-i",
  "--out-interface": "-o",
  "--fragment": "-f",
  "--destination-port": "--dport",
  "--dports": "--dport",
  "--destination-ports": "--dport",
  "--source-port": "--sport",
  "--sports": "--sport",
  "--source-ports": "--sport",
  "--port": "--ports",
  "--icmpv6-type": "--icmp-type",
  "--state": "--ctstate",
  "--jump": "-j",
  "--goto": "-g",
};

export const canonicalFlag = (flag: string): string => (Object.hasOwn(ALIASES, flag) ? (ALIASES[flag] ?? flag) : flag);

export function conditionsOf(option: Option, family: Family | null): Condition[] {
  checkFamily(option, family);
  const text = printOption(option);
  const read = READERS.get(canonicalFlag(option.flag));
  return read?.(option) ?? [{ kind: "opaque", text }];
}

/** `--datestart`, `--datestop`: one span of time, in UTC unless the kernel's zone is asked for, which no file tells. */
export function timeOf(options: readonly Option[]): Condition[] {
  const dates = options.filter(({ flag }) => flag === "--datestart" || flag === "--datestop");
  if (dates.length === 0) return [];
  const slack = options.some(({ flag }) => flag === "--kerneltz") ? ZONES : 0n;
  let [from, to] = [0n, 1n << 62n];
  for (const option of dates) {
    const seconds = secondsOf(option);
    if (option.flag === "--datestart") from = seconds;
    else to = seconds;
  }
  return [{ kind: "time", from, to, slack, text: dates.map(printOption).join(" ") }];
}

function secondsOf(option: Option): bigint {
  const [date = "1970", clock = "00:00:00"] = (option.words[0] ?? "").split("T");
  const [year = "1970", month = "01", day = "01"] = date.split("-");
  const [hour = "00", minute = "00", second = "00"] = clock.split(":");
  const two = (text: string): string => text.padStart(2, "0");
  const at = parseInstant(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`);
  return at === null ? refuse(option, "a date such as 2027-02-23T00:00:00") : BigInt(at / SECOND);
}

function within(option: Option, fields: readonly Field[], boxes: readonly Box[], open = false): Condition {
  const { negated } = option;
  return { kind: "in", fields, set: new BoxSet(boxes), negated, elements: null, open, text: printOption(option) };
}

function protocol(option: Option): Condition[] | null {
  const name = (option.words[0] ?? "").toLowerCase();
  if (name === "all" || name === "0") return [];
  const value = /^\d{1,3}$/.test(name) ? BigInt(name) : symbolValue("protocol", name === "icmp6" ? "icmpv6" : name);
  return value === null ? null : [within(option, ["protocol"], [[point(value)]])];
}

function addresses(field: "saddr" | "daddr"): Reader {
  return (option) => {
    const ranges: Range[] = [];
    let family: Family | null = null;
    for (const word of (option.words[0] ?? "").split(",")) {
      const range = rangeOfPrefix(withLength(word));
      // A host name would be looked up when the file is loaded; what it gave then, no file tells.
      if (range === null) return /^[a-z][a-z0-9.-]*$/i.test(word) ? null : refuse(option, "an address or a prefix");
      family = range.family;
      ranges.push(range);
    }
    return family === null ? null : inFamily(option, field, family, ranges);
  };
}

/** `192.0.2.0/255.255.255.0` is a prefix too, where its ones are in one piece. */
function withLength(word: string): string {
  const [base = "", mask = ""] = word.split("/");
  const address = mask.includes(".") || mask.includes(":") ? parseAddress(mask) : null;
  if (address === null) return word;
  const bits = toBigInt(address)
    .toString(2)
    .padStart(widthOf(familyOf(address)), "0");
  const ones = bits.indexOf("0") < 0 ? bits.length : bits.indexOf("0");
  return bits.slice(ones).includes("1") ? `${base}/noncontiguous` : `${base}/${ones}`;
}

function addressRange(field: "saddr" | "daddr"): Reader {
  return (option) => {
    const [from, to = from] = (option.words[0] ?? "").split("-").map(rangeOfAddress);
    if (from === undefined || from === null || to === undefined || to === null) return refuse(option, "two addresses");
    return inFamily(option, field, from.family, [{ first: from.first, last: to.last }]);
  };
}

function inFamily(option: Option, field: Field, family: Family, ranges: readonly Range[]): Condition[] {
  const all = ranges.some(({ first, last }) => first === 0n && last === (1n << BigInt(widthOf(family))) - 1n);
  const text = `IPv${family}`;
  const set = new BoxSet([[point(BigInt(family))]]);
  const only: Condition = { kind: "in", fields: ["family"], set, negated: false, elements: null, open: false, text };
  return all && !option.negated
    ? [only]
    : [
        only,
        within(
          option,
          [field],
          ranges.map((range) => [range]),
        ),
      ];
}

/** A name, or its beginning and `+`; `!` over several does not occur. */
function networkInterface(way: "in" | "out"): Reader {
  return (option) => {
    const names = [(option.words[0] ?? "").replace(/\+$/, "*")];
    return [{ kind: "interface", direction: way, names, negated: option.negated, text: printOption(option) }];
  };
}

/** A later fragment: never the first packet of a connection. */
function never(option: Option): Condition[] {
  return [within(option, ["family"], [])];
}

function ports(field: "sport" | "dport"): Reader {
  return (option) => {
    const boxes = portBoxes(option);
    // `! --dport 0:65535` never holds by iptables-legacy and always by iptables-nft (1.8.9), which leaves the question out.
    if (option.negated && boxes?.some(([range]) => range?.first === 0n && range.last === 65_535n)) return null;
    return boxes && [within(option, [field], boxes)];
  };
}

/** Source or destination: the destination alone may decide it, the source is not known. */
function eitherPort(option: Option): Condition[] | null {
  const boxes = portBoxes(option);
  return boxes && [within(option, ["dport"], boxes, true)];
}

function portBoxes(option: Option): Box[] | null {
  const boxes: Box[] = [];
  for (const part of (option.words[0] ?? "").split(",")) {
    const [from = "", to = from] = part.split(":");
    const [first, last] = [portOf(option, from, 0n), portOf(option, to, 65_535n)];
    if (first === null || last === null) return null;
    boxes.push([{ first, last }]);
  }
  return boxes;
}

function portOf(option: Option, text: string, open: bigint): bigint | null {
  if (text === "") return open;
  if (!/^\d+$/.test(text)) return symbolValue("service", text);
  const value = BigInt(text);
  return value > 65_535n ? refuse(option, "a port") : value;
}

function icmpType(option: Option): Condition[] | null {
  const [name = "", code = null] = (option.words[0] ?? "").split("/");
  if (name === "any" || name === "255") return [];
  const version = option.flag === "--icmpv6-type" ? "icmpv6" : "icmp";
  const alias = ICMP_ALIASES[name] ?? name;
  const type = /^\d{1,3}$/.test(name) ? BigInt(name) : symbolValue(version, alias);
  if (type === null) return null;
  // Every request has code 0; what asks for another code is not one.
  const asked = code !== null && code !== "0" ? [] : [[point(type)]];
  return [within(option, ["icmpType"], asked)];
}

/** iptables' names where they differ from nft's. */
const ICMP_ALIASES: Readonly<Record<string, string>> = {
  ping: "echo-request",
  pong: "echo-reply",
  "router-solicitation": "nd-router-solicit",
  "router-advertisement": "nd-router-advert",
  "neighbour-solicitation": "nd-neighbor-solicit",
  "neighbor-solicitation": "nd-neighbor-solicit",
  "neighbour-advertisement": "nd-neighbor-advert",
  "neighbor-advertisement": "nd-neighbor-advert",
};

/** The state of a new connection is NEW; whether its address was translated on the way is not known. */
function conntrackState(option: Option): Condition[] {
  const names = (option.words[0] ?? "").toLowerCase().split(",");
  const translated = names.some((name) => name === "snat" || name === "dnat");
  const boxes = names.flatMap((name) => (isState(name) ? [[point(CT_STATE[name])]] : []));
  return [within(option, ["ctState"], boxes, translated)];
}

function isState(name: string): name is keyof typeof CT_STATE {
  return Object.hasOwn(CT_STATE, name);
}

/** The first packet of a TCP connection carries SYN; ECN's two flags, which it may carry too, cannot be named here. */
function tcpFlags(option: Option): Condition[] {
  const [mask = "", flags = ""] = option.words;
  const examined = mask === "ALL" || mask.split(",").includes("SYN");
  const wanted = flags === "NONE" ? [] : flags.split(",");
  const matches = flags === "ALL" ? mask === "SYN" : wanted.join() === (examined ? "SYN" : "");
  return matches === option.negated ? never({ ...option, negated: false }) : [];
}

function direction(option: Option): Condition[] {
  const original = (option.words[0] ?? "").toUpperCase() === "ORIGINAL";
  return original === option.negated ? never({ ...option, negated: false }) : [];
}

function owner(field: "uid" | "gid"): Reader {
  return (option) => {
    const [from = "", to = from] = (option.words[0] ?? "").split("-");
    const [first, last] = [from, to].map((text) =>
      /^\d{1,10}$/.test(text) ? BigInt(text) : symbolValue("user", text),
    );
    if (first === undefined || first === null || last === undefined || last === null) return null;
    return [within(option, [field], [[{ first, last }]])];
  };
}

/** What surely is of each type, and whether the rest surely is not: an address may be the host's own, or its link's broadcast. */
const DESTINATION_TYPES: Readonly<Record<string, { readonly ranges: readonly Range[]; readonly open: boolean }>> = {
  LOCAL: { ranges: [{ first: 127n << 24n, last: (128n << 24n) - 1n }, point(1n)], open: true },
  BROADCAST: { ranges: [point((1n << 32n) - 1n)], open: true },
  MULTICAST: {
    ranges: [
      { first: 224n << 24n, last: (240n << 24n) - 1n },
      { first: 0xffn << 120n, last: (1n << 128n) - 1n },
    ],
    open: false,
  },
};

function destinationType(option: Option): Condition[] | null {
  const name = option.words[0] ?? "";
  const type = Object.hasOwn(DESTINATION_TYPES, name) ? DESTINATION_TYPES[name] : undefined;
  if (type === undefined) return null;
  return [
    within(
      option,
      ["daddr"],
      type.ranges.map((range) => [range]),
      type.open,
    ),
  ];
}

/** A file for one family that names the other's addresses is refused by its loader. */
function checkFamily(option: Option, family: Family | null): void {
  if (family === null || !["-s", "-d"].includes(canonicalFlag(option.flag))) return;
  const wrong = (option.words[0] ?? "").split(",").some((word) => {
    const range = rangeOfAddress(word.split("/")[0] ?? "");
    return range !== null && range.family !== family;
  });
  if (wrong) refuse(option, `an IPv${family} address`);
}

function refuse(option: Option, expected: string): never {
  const { file, line, column } = option.at;
  const found = JSON.stringify((option.words[0] ?? "").slice(0, 40));
  throw new PolicySyntaxError(file, line, column, `unexpected ${found} after ${option.flag}, expected ${expected}`);
}
