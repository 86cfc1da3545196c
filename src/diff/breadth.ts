/** Policy x evidence, seen from what nobody asked for: rules and defaults that allow far more than was ever observed. */
import { type Address, familyOf, fromBigInt, parseAddress, toBigInt } from "../model/address.ts";
import type { Transport } from "../model/flow.ts";
import type { Finding } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Layer, PolicyRule, Question } from "../model/policy.ts";
import { finding } from "./finding.ts";

/** A destination that was observed, and that a rule decided. */
export interface Hit {
  readonly address: Address | null;
  readonly transport: Transport;
  readonly port: number | null;
}

export type Hits = ReadonlyMap<string, readonly Hit[]>;

/** A rule is broad from this many addresses on (or networks of 64 bits, which is what one IPv6 host has to itself). */
const BROAD = 1024n;
/** And when it opens this many times what was observed. */
const TIMES = 256n;

/** Stand for an address that nobody has a reason to reach (RFC 5737, RFC 3849), and ports that rules are written for. */
const STRANGERS = ["203.0.113.77", "2001:db8:5a11::77"].flatMap((text) => parseAddress(text) ?? []);
const COMMON_PORTS = [443, 80, 53, 22];

type Witness = NonNullable<Finding["witness"]>;

export function judgeBreadth(layer: Layer, hits: Hits, now: Instant): Finding[] {
  const observed = new Set([...hits.values()].flat().flatMap(({ address }) => address ?? []));
  return [...layer.rules.flatMap((rule) => broadRule(layer, rule, hits, observed, now)), ...broadDefault(layer, now)];
}

function broadRule(
  layer: Layer,
  rule: PolicyRule,
  hits: Hits,
  observed: ReadonlySet<Address>,
  now: Instant,
): Finding[] {
  if (!rule.opens || rule.effect !== "permit" || rule.addresses === null) return [];
  if (rule.expires !== null && rule.expires <= now) return [];
  const used = hits.get(rule.place) ?? [];
  const seen = new Set(used.map(({ address }) => address)).size;
  if (rule.addresses !== "any" && !isBroad(rule.addresses, BigInt(Math.max(seen, 1)))) return [];
  const opens = rule.addresses === "any" ? "every address" : `${count(rule.addresses)} addresses`;
  const statement = `opens ${opens}, of which ${seen === 0 ? "none was" : seen === 1 ? "one was" : `${seen} were`} observed`;
  const common = { layer: layer.dialect, about: rule.text, rule: rule.place, reason: rule.reason };
  return [
    finding({ ...common, kind: "over-permissive", witness: witnessOf(layer, rule, used, observed, now), statement }),
  ];
}

function isBroad(addresses: bigint, seen: bigint): boolean {
  const units = addresses > 1n << 32n ? addresses >> 64n : addresses;
  return units >= BROAD && units >= TIMES * seen;
}

/** A power of two beyond counting is written as one. */
function count(addresses: bigint): string {
  const power = addresses.toString(2).length - 1;
  return addresses > 1n << 40n && addresses === 1n << BigInt(power) ? `2^${power}` : String(addresses);
}

/** A destination that this rule lets through and nobody was seen to reach: beside one that was, else a stranger. */
function witnessOf(
  layer: Layer,
  rule: PolicyRule,
  used: readonly Hit[],
  observed: ReadonlySet<Address>,
  now: Instant,
): Witness | null {
  const beside = used.flatMap(({ address, transport, port }) =>
    address === null ? [] : neighbours(address).map((next) => ({ transport, address: next, port })),
  );
  const strangers = STRANGERS.flatMap((address) =>
    [...used.map(({ transport, port }) => ({ transport, port })), ...COMMON_PORTS.map(onTcp)].map((to) => ({
      ...to,
      address,
    })),
  );
  const found = [...beside, ...strangers].find((question) => {
    const { verdict, rule: place } = decide(layer, question, now);
    return verdict === "permit" && place === rule.place && !observed.has(question.address);
  });
  return found ?? null;
}

const onTcp = (port: number): Pick<Witness, "transport" | "port"> => ({ transport: "tcp", port });

function neighbours(address: Address): Address[] {
  const value = toBigInt(address);
  return [value + 1n, value > 0n ? value - 1n : 1n].map((next) => fromBigInt(next, familyOf(address)));
}

function decide(layer: Layer, { transport, address, port }: Witness, now: Instant): ReturnType<Layer["decide"]> {
  const question: Question = { transport, address, name: null, port };
  return layer.decide(question, now);
}

interface Asked extends ReturnType<Layer["decide"]> {
  readonly witness: Witness;
  readonly family: string;
}

/** What happens to a destination that no rule names, in each family. */
function askStrangers(layer: Layer, now: Instant): Asked[] {
  return STRANGERS.map((address) => {
    // A port that no rule is written for, so that the default answers.
    const witness: Witness = { transport: "tcp", address, port: 4 };
    return { witness, family: `IPv${familyOf(address)}`, ...decide(layer, witness, now) };
  });
}

/** A destination that no rule names may leave: by the layer's default, or because one family is not filtered at all. */
function broadDefault(layer: Layer, now: Instant): Finding[] {
  const asked = askStrangers(layer, now);
  const open = asked.filter(({ verdict, rule }) => verdict === "permit" && rule === null);
  const [first] = open;
  if (!first || (layer.dialect !== "fpl" && asked.some(({ verdict }) => verdict === "deny"))) {
    return familyGaps(layer, now);
  }
  const families = open.length < asked.length && layer.dialect !== "fpl" ? ` over ${first.family}` : "";
  const statement = `lets through whatever no rule names${families}`;
  const { witness } = first;
  return [finding({ kind: "over-permissive", layer: layer.dialect, about: "the default", witness, statement })];
}

/** Packet filters that deny one family by default, and not the other. */
export function familyGaps(layer: Layer, now: Instant): Finding[] {
  if (layer.dialect === "fpl") return [];
  const asked = askStrangers(layer, now);
  return asked
    .filter(
      ({ verdict, rule }) => rule === null && verdict !== "deny" && asked.some((other) => other.verdict === "deny"),
    )
    .map(({ family, verdict, reason, witness }) => {
      const what = verdict === "permit" ? "is not filtered" : "cannot be judged";
      const statement = `${family} ${what}, while the other family is denied by default: ${reason}`;
      const proof = verdict === "permit" ? witness : null;
      return finding({ kind: "family-gap", layer: layer.dialect, about: family, witness: proof, statement });
    });
}
