import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCaptureReader } from "../../src/ingest/capture-reader.ts";
import { InputError } from "../../src/model/error.ts";
import type { RunFacts } from "../../src/model/flow.ts";
import { join, pcap, Pcapng } from "./capture/build.ts";
import { ethernet, FLAG, fragment6, frame4, hex, ipv4, ipv6, tcp, udp } from "./decode/build.ts";
import { ask, back, bytes, line, out, PLAIN, read, reply, response } from "./track/play.ts";

const CONVERSATION = [
  ask(bytes("\0\0\u0001?")),
  reply(response("api.example.com", "192.0.2.1")),
  out({ seq: 99, flags: FLAG.syn }),
  back({ seq: 499, ack: 100, flags: FLAG.syn | FLAG.ack }),
  out({ seq: 100 }, "HELLO api."),
  out({ seq: 110 }, "example.com."),
  ethernet(0x86dd, ipv6(44, fragment6(17, 0, true, udp(53, 1024, new Uint8Array(8))))),
  frame4({ protocol: 17 }, udp(1024, 4789, join([hex("08000000 00000100"), frame4({ protocol: 6 }, tcp(1, 2))]))),
  frame4({ protocol: 1 }, join([hex("0301 0000 00000000"), ipv4({ protocol: 6 }, tcp(40_000, 443))])),
];

const ng = new Pcapng(false);
const FILES = {
  pcap: pcap(CONVERSATION.map((frame, i) => ({ bytes: frame, seconds: i }))),
  pcapng: join([
    ng.section(),
    ng.interface(1, ng.option(9, new Uint8Array([9]))),
    ng.names(ng.nameRecord(1, [192, 0, 2, 1], "nrb.example.com\0")),
    ...CONVERSATION.map((frame, i) => ng.packet(0, BigInt(i) * 1_000_000_000n, frame)),
    ng.statistics(ng.option(5, hex("0000000000000007"))),
  ]),
};

describe.for(["pcap", "pcapng"] as const)("a %s file", (format) => {
  const file = FILES[format];

  test("gives its flows, answers and facts", () => {
    const { flows, answers, facts } = read(file, { dissectors: PLAIN });
    expect(flows.map(line)).toContain("tcp 10.0.0.2:40000 > 192.0.2.1:443 established allowed 22/0");
    const names = answers.map(({ source, name }) => `${source} ${name}`);
    expect(names).toEqual([...(format === "pcapng" ? ["pcapng-nrb nrb.example.com"] : []), "dns api.example.com"]);
    expect(facts).toMatchObject({ format, records: 9, firstSeen: 0, lastSeen: 8e6, flows: flows.length });
    expect(facts.blindSpots).toEqual(
      format === "pcapng" ? ["interface-drops", "starts-midstream"] : ["starts-midstream"],
    );
    expect(Object.fromEntries(facts.rejected)).toEqual({ "fragment-incomplete": 1 });
    expect(Object.fromEntries(facts.rejectedAt)).toEqual({ "fragment-incomplete": [7] });
  });

  test("gives the same however it is cut into chunks", () => {
    const whole = read(file, { dissectors: PLAIN });
    fc.assert(
      fc.property(fc.array(fc.nat(file.length), { maxLength: 20 }), (cuts) => {
        expect(read(file, { dissectors: PLAIN }, cuts)).toEqual(whole);
      }),
    );
  });

  test("mutated in any way ends in results or an InputError, with every packet accounted for", () => {
    const mutation = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(mutation, { maxLength: 12 }), fc.nat(file.length), (mutations, end) => {
        const mutant = file.slice(0, end);
        for (const [at, byte] of mutations) if (at < end) mutant[at] = byte;
        expectSane(mutant);
      }),
      { numRuns: 3000 },
    );
  });
});

test("random bytes behind a valid magic end in results or an InputError", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(FILES.pcap.slice(0, 24), FILES.pcapng.slice(0, 48)),
      fc.uint8Array({ maxLength: 400 }),
      (head, rest) => expectSane(join([head, rest])),
    ),
    { numRuns: 2000 },
  );
});

/** With the real dissectors, which a mutated payload reaches as well. */
function expectSane(file: Uint8Array): void {
  try {
    const { flows, facts } = read(file);
    expect(facts.flows).toBe(flows.length);
    for (const { originator, responder, bytesOut, bytesIn } of flows) {
      expect([originator.address, responder.address]).not.toContain(null);
      expect(bytesOut! + bytesIn!).toBeGreaterThanOrEqual(0);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^[^\n]+\(at byte \d+\)$/);
  }
}

describe("several files are one run", () => {
  const half = (frames: readonly Uint8Array[]): Uint8Array => pcap(frames.map((frame) => ({ bytes: frame })));

  test("flows and packet numbers go on from file to file", () => {
    let facts: RunFacts | null = null;
    const lines: string[] = [];
    const sink = {
      flow: (flow: Parameters<typeof line>[0]) => lines.push(line(flow)),
      answer: () => {},
      close: (f: RunFacts) => (facts = f),
    };
    const reader = createCaptureReader(sink, { dissectors: PLAIN });
    for (const file of [half(CONVERSATION.slice(2, 4)), half(CONVERSATION.slice(4, 6))]) {
      reader.push(file);
      reader.endOfFile();
    }
    reader.finish();
    expect(lines).toEqual(["tcp 10.0.0.2:40000 > 192.0.2.1:443 established allowed 22/0"]);
    expect(facts).toMatchObject({ records: 4, flows: 1 });
  });
});

describe("what is no capture is refused in one line", () => {
  test.for<[string, Uint8Array, string]>([
    ["an empty file", new Uint8Array(0), "the capture is empty"],
    ["three bytes", hex("d4c3b2"), "not a pcap or pcapng file"],
    ["JSON", bytes('{"dest_ip":"192.0.2.1"}'), "not a pcap or pcapng file"],
    ["a modified pcap", hex(`34cdb2a1 ${"00".repeat(20)}`), "Kuznetzov"],
    ["half a file header", FILES.pcap.slice(0, 20), "ends in the middle"],
  ])("%s", ([, file, reason]) => {
    expect(() => read(file)).toThrow(InputError);
    expect(() => read(file)).toThrow(reason);
  });
});
