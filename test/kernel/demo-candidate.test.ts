/** The candidate that the demo's evidence leads to, proposed today, in the real kernel: what it allows passes, all else is refused. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../src/model/candidate.ts";
import type { Question } from "../../src/model/policy.ts";
import { folder, ROOT, sallyport } from "../support/sallyport.ts";
import { kernelVerdicts } from "./namespace.ts";

const out = folder();
sallyport(["propose", join(ROOT, "reports/demo/evidence.json"), "--out", out]);
const read = (name: string): string => readFileSync(join(out, name), "utf8");
const files = Object.fromEntries(["candidate.nft", "rules.v4", "rules.v6"].map((name) => [name, read(name)]));
const { rules } = JSON.parse(read("candidate.json")) as Candidate;

type Asked = Pick<Question, "transport" | "address" | "port">;
const direct = rules.filter(({ via, endpoint }) => via === null && endpoint.port !== null);
const allowed: Asked[] = direct.flatMap(({ endpoint: { transport, port }, addresses }) =>
  addresses.map((address) => ({ transport, address, port })),
);
const known = new Set(allowed.map(({ transport, address, port }) => `${transport} ${address} ${port}`));
/** The same addresses at the next port and over the other transport, where no rule of the candidate allows that. */
const others: Asked[] = allowed
  .flatMap(({ transport, address, port }): Asked[] => [
    { transport, address, port: (port ?? 0) + 1 },
    { transport: transport === "tcp" ? "udp" : "tcp", address, port },
  ])
  .filter(({ transport, address, port }) => !known.has(`${transport} ${address} ${port}`));

describe.each([
  ["nft", "nft -f candidate.nft && nft -f candidate.nft"],
  ["iptables-nft", "iptables-nft-restore -n rules.v4 && ip6tables-nft-restore -n rules.v6"],
  ["iptables-legacy", "iptables-legacy-restore -n rules.v4 && ip6tables-legacy-restore -n rules.v6"],
])("%s", (_, load) => {
  test("every endpoint of both families that a packet filter can be told of passes", () => {
    expect(allowed.length).toBeGreaterThan(20);
    expect(new Set(kernelVerdicts(load, files, allowed))).toEqual(new Set(["permit"]));
  });

  test("the next port and the other transport are refused", () => {
    expect(new Set(kernelVerdicts(load, files, others))).toEqual(new Set(["deny"]));
  });
});
