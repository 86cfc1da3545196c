import { describe, expect, it } from "vitest";
import { BoxSet, point } from "../../../src/dialect/packet/box.ts";
import { FROM_HOST, packetOf } from "../../../src/dialect/packet/packet.ts";
import type { Action, Chain, Condition, PacketRule } from "../../../src/dialect/packet/program.ts";
import { type Outcomes, Walk } from "../../../src/dialect/packet/walk.ts";
import { parseAddress } from "../../../src/model/address.ts";

const ALWAYS: Condition = condition(6n);
const NEVER: Condition = condition(17n);
const PERHAPS: Condition = { kind: "opaque", text: "perhaps" };

/** The packet asked about is TCP. */
function condition(protocol: bigint): Condition {
  const set = new BoxSet([[point(protocol)]]);
  return { kind: "in", fields: ["protocol"], set, negated: false, elements: null, open: false, text: "" };
}

function rule(conditions: readonly Condition[], action: Action | Action["kind"]): PacketRule {
  const at = { file: "f", line: 1, column: 1 };
  const taken = typeof action === "string" ? ({ kind: action } as Action) : action;
  return { at, conditions, action: taken, comment: null, text: () => "" };
}

const jump = (chain: string): Action => ({ kind: "jump", chain });
const goto = (chain: string): Action => ({ kind: "goto", chain });

/** The outcomes that are possible, as letters: a(ccept), d(rop), f(all off the end). */
function possible(rules: readonly PacketRule[], chains: Readonly<Record<string, readonly PacketRule[]>> = {}): string {
  const packet = packetOf(
    { transport: "tcp", address: parseAddress("192.0.2.1"), name: null, port: 443 },
    0,
    FROM_HOST,
  );
  if (packet === null) throw new Error("a question with an address has a packet");
  const all = { base: rules, ...chains };
  const map = new Map(Object.entries(all).map(([name, each]): [string, Chain] => [name, { name, rules: each }]));
  const { accept, drop, falls }: Outcomes = new Walk(packet, map).through("base");
  return `${accept ? "a" : ""}${drop ? "d" : ""}${falls ? "f" : ""}`;
}

describe("what a chain may do", () => {
  it.each([
    ["an empty chain is fallen through", [], "f"],
    ["the first match decides", [rule([ALWAYS], "accept"), rule([], "drop")], "a"],
    ["a rule that does not match is passed over", [rule([NEVER], "accept"), rule([], "drop")], "d"],
    ["all conditions must hold", [rule([ALWAYS, NEVER], "accept")], "f"],
    ["one false condition outweighs an unknown one", [rule([PERHAPS, NEVER], "accept")], "f"],
    ["an unknown condition leaves both ways open", [rule([PERHAPS], "accept"), rule([], "drop")], "ad"],
    ["an unknown condition before the same verdict changes nothing", [rule([PERHAPS], "drop"), rule([], "drop")], "d"],
    ["a rule without a verdict is passed", [rule([], "next"), rule([], "accept")], "a"],
    ["return falls off at once", [rule([], "return"), rule([], "drop")], "f"],
    ["an opaque statement may do anything", [rule([], { kind: "opaque", text: "queue" }), rule([], "drop")], "ad"],
  ])("%s", (_, rules, expected) => {
    expect(possible(rules)).toBe(expected);
  });

  it.each([
    ["a jump comes back", [rule([], jump("c")), rule([], "drop")], [rule([NEVER], "accept")], "d"],
    ["a verdict inside a jump is final", [rule([], jump("c")), rule([], "drop")], [rule([], "accept")], "a"],
    [
      "return inside a jump comes back",
      [rule([], jump("c")), rule([], "drop")],
      [rule([], "return"), rule([], "accept")],
      "d",
    ],
    ["goto does not come back", [rule([], goto("c")), rule([], "drop")], [], "f"],
    ["an unknown jump may not happen", [rule([PERHAPS], jump("c")), rule([], "drop")], [rule([], "accept")], "ad"],
    ["an unknown goto may not happen", [rule([PERHAPS], goto("c")), rule([], "drop")], [], "df"],
    ["what is unknown inside comes out", [rule([], jump("c")), rule([], "drop")], [rule([PERHAPS], "accept")], "ad"],
  ])("%s", (_, rules, called, expected) => {
    expect(possible(rules, { c: called })).toBe(expected);
  });

  it("follows two jumps to each of many chains without walking every path", () => {
    const chains: Record<string, readonly PacketRule[]> = {};
    for (let i = 0; i < 200; i++) chains[`c${i}`] = [rule([PERHAPS], jump(`c${i + 1}`)), rule([], jump(`c${i + 1}`))];
    expect(possible([rule([], jump("c0")), rule([], "drop")], { ...chains, c200: [] })).toBe("d");
  });
});
