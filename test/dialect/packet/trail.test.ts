import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadFpl } from "../../../src/dialect/fpl/index.ts";
import { loadIptables } from "../../../src/dialect/iptables/index.ts";
import { loadNftables } from "../../../src/dialect/nftables/index.ts";
import { layerOf } from "../../../src/dialect/packet/layer.ts";
import { fromBigInt, parseAddress } from "../../../src/model/address.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import type { Layer, TrailStep } from "../../../src/model/policy.ts";
import { SECOND } from "../../../src/model/instant.ts";
import { NOW } from "./bakery.ts";
import { addressesAround, NOW_SECONDS, portsAround, PROGRAM } from "./region/programs.ts";

function trail(layer: Layer, address = "192.0.2.1", port = 443): readonly TrailStep[] {
  return layer.trail({ transport: "tcp", address: parseAddress(address), name: null, port }, NOW);
}

function lines(steps: readonly TrailStep[]): string[] {
  return steps.map((step) => {
    const indent = " ".repeat(step.depth);
    if (step.kind === "rule")
      return `${indent}${step.place} ${step.action}${step.doubt === null ? "" : ` ? ${step.doubt}`}`;
    return `${indent}${step.text}${step.kind === "policy" && !step.sure ? " ?" : ""}`;
  });
}

const iptables = (rules: string): Layer => loadIptables([{ path: "r.v4", text: `*filter\n${rules}\nCOMMIT\n` }]);

describe("the way of a packet", () => {
  it("goes through jumps, returns and gotos, past what does not match", () => {
    const layer = iptables(
      [
        ":OUTPUT DROP [0:0]",
        ":a - [0:0]",
        ":b - [0:0]",
        "-A OUTPUT -p udp -j ACCEPT",
        "-A OUTPUT -j a",
        "-A OUTPUT -p tcp -j LOG",
        "-A a -p tcp -g b",
        "-A a -j DROP",
        "-A b -d 192.0.2.0/24 -j RETURN",
        "-A b -j ACCEPT",
      ].join("\n"),
    );
    expect(lines(trail(layer))).toEqual([
      "chain OUTPUT of table filter",
      " r.v4:6 jump a",
      "  chain a",
      "   r.v4:8 goto b",
      "    chain b",
      "     r.v4:10 return",
      " r.v4:7 goes on",
      " policy drop",
    ]);
    expect(lines(trail(layer, "203.0.113.7"))).toEqual([
      "chain OUTPUT of table filter",
      " r.v4:6 jump a",
      "  chain a",
      "   r.v4:8 goto b",
      "    chain b",
      "     r.v4:11 accept",
    ]);
  });

  it("says what could not be told, and goes on past it", () => {
    const layer = iptables("-A OUTPUT -m mark --mark 1 -j DROP\n-A OUTPUT -p tcp -j NFQUEUE\n-A OUTPUT -j ACCEPT");
    expect(lines(trail(layer))).toEqual([
      "chain OUTPUT of table filter",
      " r.v4:2 drop ? --mark 1",
      " r.v4:3 -j NFQUEUE, which is not modelled",
      " r.v4:4 accept",
    ]);
  });

  it("leads through every chain on the path in order, up to one that refuses", () => {
    const chain = (name: string, priority: number, rule: string): string =>
      `chain ${name} { type filter hook output priority ${priority}; ${rule}; }\n`;
    const text = `table inet t {\n${chain("late", 5, "drop")}${chain("last", 9, "accept")}${chain("early", -5, "tcp dport 443 accept")}}\n`;
    expect(lines(trail(loadNftables([{ path: "r.nft", text }])))).toEqual([
      "chain early of table inet t",
      " r.nft:4 accept",
      "chain late of table inet t",
      " r.nft:2 drop",
    ]);
  });

  it("is the one that leads to the verdict: through the rule behind it, past a doubt wherever it is unknown", () => {
    fc.assert(
      fc.property(
        PROGRAM,
        fc.constantFrom(...addressesAround()),
        fc.constantFrom(...portsAround()),
        (program, at, port) => {
          const layer = layerOf("nftables", ["p"], program);
          const question = { transport: "tcp", address: fromBigInt(at, 4), name: null, port } as const;
          const decision = layer.decide(question, Number(NOW_SECONDS) * SECOND);
          const steps = layer.trail(question, Number(NOW_SECONDS) * SECOND);
          const places = steps.flatMap((step) => (step.kind === "rule" ? step.place : []));
          const doubtful = steps.some(
            (step) => step.kind === "rule" && (step.doubt !== null || step.action.includes("not modelled")),
          );
          if (decision.rule !== null) expect(places).toContain(decision.rule);
          if (decision.verdict === "unknown") expect(doubtful || decision.reason.includes("are tracked")).toBe(true);
          if (!doubtful) {
            const last = steps.at(-1);
            const refused =
              last?.kind === "rule" ? last.action === "drop" : last?.kind === "policy" && last.text === "policy drop";
            if (decision.verdict !== "unknown") expect(refused).toBe(decision.verdict === "deny");
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is cut where it would not end, and says so", () => {
    const names = Array.from({ length: 16 }, (_, i) => `c${i}`);
    const calls = names.slice(1).flatMap((name, i) => Array.from({ length: 3 }, () => `-A c${i} -j ${name}`));
    const layer = iptables([...names.map((name) => `:${name} - [0:0]`), "-A OUTPUT -j c0", ...calls].join("\n"));
    const steps = trail(layer);
    expect(steps.length).toBe(2001);
    expect(steps.at(-1)).toMatchObject({ kind: "cut" });
  });
});

describe("the way of a request through FPL", () => {
  const layer = loadFpl([
    {
      path: "p.fpl",
      text: [
        "agent a {",
        "  default deny",
        "  rules {",
        "    permit proxy/http host: a.example",
        '    permit proxy/* host: *.example when args.resolved_ip == "192.0.2.1"',
        "    defer proxy/connect host: a.example port: 443",
        "  }",
        "}",
        "",
      ].join("\n"),
    },
  ]);

  it("names each rule that matches or may, and what that depends on", () => {
    const ask = (name: string): string[] =>
      lines(layer.trail({ transport: "tcp", address: null, name: parseFqdn(name), port: 443 }, NOW));
    expect(ask("a.example")).toEqual([
      "rules for proxy/connect",
      " p.fpl:5 permit ? the request's when",
      " p.fpl:6 defer",
    ]);
    expect(ask("b.example")).toEqual([
      "rules for proxy/connect",
      " p.fpl:5 permit ? the request's when",
      " default deny ?",
    ]);
    expect(ask("c.test")).toEqual(["rules for proxy/connect", " default deny"]);
  });

  it("is none for what FPL does not govern", () => {
    expect(layer.trail({ transport: "udp", address: null, name: parseFqdn("a.example"), port: 53 }, NOW)).toEqual([]);
  });
});
