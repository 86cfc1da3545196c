/** Envoy's permissions and chain matches as what they ask of a connection. */
import type { NotModelled } from "../../model/policy.ts";
import { parsePrefix } from "../../model/prefix.ts";
import type { Field } from "../lists/field.ts";
import { all, ALWAYS, some, type Test } from "../lists/list.ts";
import { doubtAbout } from "../lists/parts.ts";
import { type HostPattern, parsePattern, type Wildcards } from "../lists/pattern.ts";
import { eitherOf, setKeys } from "./names.ts";

export const SERVER_NAMES: Wildcards = {
  star: { depth: "any", apex: false },
  dot: null,
  plainIsBelow: false,
  inner: "none",
  lone: false,
};

const CROSSING: Wildcards = { ...SERVER_NAMES, inner: "crosses" };

export function policyTest(policy: Field, notModelled: NotModelled[]): Test {
  const permissions = policy
    .get("permissions")
    .items()
    .map((each) => permissionTest(each, notModelled, 0));
  const everybody = policy
    .get("principals")
    .items()
    .some((principal) => principal.get("any").text() === "true");
  const who = everybody ? [] : doubtAbout(policy.get("principals"), ["who asks"], notModelled);
  const more = doubtAbout(
    policy,
    setKeys(policy).filter((key) => !["permissions", "principals"].includes(key)),
    notModelled,
  );
  return all([some(permissions), ...who, ...more]);
}

function permissionTest(field: Field, notModelled: NotModelled[], depth: number): Test {
  const [key, ...more] = setKeys(field);
  if (key === undefined || more.length > 0 || depth > 32) return field.fail("one permission");
  const value = eitherOf(field, key);
  const inner = (list: Field): Test[] =>
    list
      .get("rules")
      .items()
      .map((each) => permissionTest(each, notModelled, depth + 1));
  switch (key) {
    case "any":
      return ALWAYS;
    case "and_rules":
      return all(inner(value));
    case "or_rules":
      return some(inner(value));
    case "not_rule":
      return { kind: "not", of: permissionTest(value, notModelled, depth + 1) };
    case "destination_ip":
      return rangeTest(value);
    case "destination_port":
      return portsTest(value.integer(0, 65_535) ?? 0, value.integer(0, 65_535) ?? 0);
    case "destination_port_range":
      // The end is not part of it.
      return portsTest(value.get("start").integer(0, 65_535) ?? 0, (value.get("end").integer(1, 65_536) ?? 1) - 1);
    case "requested_server_name":
      return nameTest(value, notModelled);
    default:
      return all(doubtAbout(field, [key], notModelled));
  }
}

const portsTest = (first: number, last: number): Test => ({ kind: "service", transport: "tcp", first, last });

function rangeTest(field: Field): Test {
  const address = eitherOf(field, "address_prefix").text() ?? "";
  const length = eitherOf(field, "prefix_len").integer(0, 128) ?? 0;
  const prefix = parsePrefix(`${address}/${length}`);
  return prefix === null ? field.fail("an address and the length of a prefix") : { kind: "block", prefix };
}

function nameTest(field: Field, notModelled: NotModelled[]): Test {
  const given = (key: string): string => eitherOf(field, key).text() ?? "";
  const keys = setKeys(field).filter((key) => key !== "ignore_case");
  const [key] = keys;
  const globs: Readonly<Record<string, string>> = {
    exact: given("exact"),
    prefix: `${given("prefix")}*`,
    suffix: `*${given("suffix")}`,
    contains: `*${given("contains")}*`,
  };
  const text = key === undefined ? undefined : globs[key];
  const pattern = text === undefined || keys.length > 1 ? null : patternOf(text);
  return pattern === null ? all(doubtAbout(field, keys, notModelled)) : { kind: "host", pattern };
}

function patternOf(text: string): HostPattern | null {
  return parsePattern(text, CROSSING);
}

/** A chain without a condition takes every connection. */
export function chainTest(chain: Field, notModelled: NotModelled[]): Test {
  const match = eitherOf(chain, "filter_chain_match");
  const names = eitherOf(match, "server_names")
    .items()
    .map((name): Test => {
      const pattern = parsePattern(name.text() ?? "", SERVER_NAMES);
      return { kind: "host", pattern: pattern ?? name.fail("a server name") };
    });
  const ranges = eitherOf(match, "prefix_ranges").items().map(rangeTest);
  const port = eitherOf(match, "destination_port").integer(1, 65_535);
  const known = ["server_names", "prefix_ranges", "destination_port", "transport_protocol"];
  const beside = match.isMissing ? [] : setKeys(match).filter((key) => !known.includes(key));
  return all([
    names.length === 0 ? ALWAYS : some(names),
    ranges.length === 0 ? ALWAYS : some(ranges),
    port === null ? ALWAYS : portsTest(port, port),
    ...doubtAbout(match, beside, notModelled),
  ]);
}
