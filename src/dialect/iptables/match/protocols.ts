/** The protocol, and what its header says beside ports: ICMP types, TCP flags, fragments. */
import { point } from "../../packet/box.ts";
import { symbolValue } from "../../packet/symbol.ts";
import { constant, type Reader, within } from "./reading.ts";

export const protocol: Reader = (option) => {
  const name = (option.words[0] ?? "").toLowerCase();
  if (name === "all" || name === "0") return [];
  const value = /^\d{1,3}$/.test(name) ? BigInt(name) : symbolValue("protocol", name === "icmp6" ? "icmpv6" : name);
  return value === null ? null : [within(option, ["protocol"], [[point(value)]])];
};

/** The first packet of a connection is no later fragment. */
export const fragment: Reader = (option) => constant(option, false);

export const icmpType: Reader = (option) => {
  const [name = "", code = null] = (option.words[0] ?? "").split("/");
  if (name === "any" || name === "255") return [];
  const version = option.flag === "--icmpv6-type" ? "icmpv6" : "icmp";
  if (OTHER_CODES.test(name)) return constant(option, false);
  const alias = ICMP_ALIASES[name] ?? name;
  const type = /^\d{1,3}$/.test(name) ? BigInt(name) : symbolValue(version, alias);
  if (type === null) return null;
  // Every request has code 0; what asks for another code is not one.
  const asked = code !== null && code !== "0" ? [] : [[point(type)]];
  return [within(option, ["icmpType"], asked)];
};

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

/** Names for one code of an error or a redirect: never what begins a conversation. */
const OTHER_CODES =
  /-(unreachable|redirect|prohibited|unknown|violation|cutoff|during-transit|during-reassembly|code|option)$|^(fragmentation-needed|source-route-failed|no-route|ttl-exceeded|ip-header-bad|required-option-missing|bad-header|unknown-header-type|unknown-option)$/;

/** The first packet of a TCP connection carries SYN; ECN's two flags, which it may carry too, cannot be named here. */
export const tcpFlags: Reader = (option) => {
  const [mask = "", flags = ""] = option.words;
  const examined = mask === "ALL" || mask.split(",").includes("SYN");
  const wanted = flags === "NONE" ? [] : flags.split(",");
  const matches = flags === "ALL" ? mask === "SYN" : wanted.join() === (examined ? "SYN" : "");
  return constant(option, matches);
};

export const synAlone: Reader = (option) => constant(option, true);
