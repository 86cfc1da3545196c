/** Envoy's permissions and chain matches as what they ask of a connection. */
import type { NotModelled } from "../../model/policy.ts";
import { parsePrefix, type Prefix } from "../../model/prefix.ts";
import type { Field } from "../lists/field.ts";
import { all, ALWAYS, NEVER, some, type Test } from "../lists/list.ts";
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

export const portsTest = (first: number, last: number): Test => ({ kind: "service", transport: "tcp", first, last });

function rangeTest(field: Field): Test {
  return { kind: "block", prefix: prefixAt(field) };
}

export function prefixAt(field: Field): Prefix {
  const address = eitherOf(field, "address_prefix").text() ?? "";
  const length = eitherOf(field, "prefix_len").integer(0, 128) ?? 0;
  return parsePrefix(`${address}/${length}`) ?? field.fail("an address and the length of a prefix");
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
  // Here a star is a sign like others, and no name has it.
  if (key !== undefined && text !== undefined && keys.length === 1 && given(key).includes("*")) return NEVER;
  const pattern = text === undefined || keys.length > 1 ? null : patternOf(text);
  return pattern === null ? all(doubtAbout(field, keys, notModelled)) : { kind: "host", pattern };
}

function patternOf(text: string): HostPattern | null {
  return parsePattern(text, CROSSING);
}
