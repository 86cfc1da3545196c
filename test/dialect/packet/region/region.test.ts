import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadNftables } from "../../../../src/dialect/nftables/index.ts";
import { Judge } from "../../../../src/dialect/packet/judge.ts";
import { FROM_HOST, packetOf } from "../../../../src/dialect/packet/packet.ts";
import { regionOf } from "../../../../src/dialect/packet/region/region.ts";
import { fromBigInt } from "../../../../src/model/address.ts";
import { SECOND } from "../../../../src/model/instant.ts";
import type { Verdict } from "../../../../src/model/policy.ts";
import { sides } from "../../../../src/model/set/destinations.ts";
import { addressesAround, NOW_SECONDS, ON_STATES, portsAround, PROGRAM } from "./programs.ts";

const NOW = Number(NOW_SECONDS) * SECOND;
const ADDRESSES = addressesAround();
const PORTS = portsAround();

function verdictAt(
  judge: Judge,
  family: 4 | 6,
  transport: "tcp" | "icmp",
  address: bigint,
  port: number | null,
): Verdict {
  const at = fromBigInt(address, family);
  const packet = packetOf({ transport, address: at, name: null, port }, NOW, judge.context);
  return packet === null ? "unknown" : judge.judge(packet).verdict;
}

it("tells addresses of one set apart by what stands beside them", () => {
  const tracked = "ct state . ip daddr { invalid . 10.0.0.0, new . 10.0.0.1 } queue";
  const text = `table inet t {
    chain a { type filter hook output priority -200; }
    chain b { type filter hook output priority 5; ${tracked}; }
  }`;
  const { permitted, possible } = regionOf(loadNftables([{ path: "p.nft", text }]).judge, NOW);
  const at = (last: bigint): boolean[] =>
    [permitted, possible].map((each) => each.has(4, "tcp", (10n << 24n) + last, 443));
  expect([at(0n), at(1n), at(2n)]).toEqual([
    [true, true],
    [false, true],
    [true, true],
  ]);
});

describe("a policy as sets of destinations", () => {
  it.each([
    ["whatever is asked", PROGRAM, 80],
    ["where chains see the connection in several states", ON_STATES, 300],
  ])("says of every point around every bound what deciding it says: %s", (_, programs, numRuns) => {
    fc.assert(
      fc.property(programs, fc.constantFrom("output", "forward"), (program, hook) => {
        const judge = new Judge(program, { ...FROM_HOST, hook });
        const { permitted, possible } = regionOf(judge, NOW);
        for (const [family, transport] of sides()) {
          if (transport !== "tcp" && transport !== "icmp") continue;
          for (const address of ADDRESSES) {
            for (const port of transport === "tcp" ? PORTS : [null]) {
              const verdict = verdictAt(judge, family, transport, address, port);
              const said = [
                permitted.has(family, transport, address, port),
                possible.has(family, transport, address, port),
              ];
              expect(said, `${family} ${transport} ${address} ${port}`).toEqual([
                verdict === "permit",
                verdict !== "deny",
              ]);
            }
          }
        }
      }),
      { numRuns },
    );
  });

  it("beyond its budget it says that anything is possible and nothing sure, and is right before", () => {
    fc.assert(
      fc.property(PROGRAM, fc.integer({ min: 0, max: 400 }), (program, most) => {
        const judge = new Judge(program, FROM_HOST);
        const [whole, part] = [regionOf(judge, NOW), regionOf(judge, NOW, most)];
        expect(part.permitted.combine("difference", whole.permitted).isEmpty).toBe(true);
        expect(whole.possible.combine("difference", part.possible).isEmpty).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
