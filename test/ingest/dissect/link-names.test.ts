import { describe, expect, test } from "vitest";
import { type DnsMessage, readAnnouncement } from "../../../src/ingest/dissect/dns.ts";
import { readNetbios } from "../../../src/ingest/dissect/dns/netbios.ts";
import { u16 } from "./hello.ts";
import { a, aaaa, bytes4, cname, message, type Sections } from "./messages.ts";

const told = (found: DnsMessage | null): string[] | undefined =>
  found?.answers.map(({ name, address, ttl }) => `${name} = ${address} ${ttl}`);

describe("an mDNS response", () => {
  const flushed = { ...a("printer.local", "192.0.2.5"), class: 0x8001 };
  test.for<[string, Sections, string[]]>([
    [
      "tells addresses by owner, with the cache-flush bit and without",
      { answers: [flushed, aaaa("printer.local", 5)], flags: 0x8400 },
      ["printer.local = 192.0.2.5 60", "printer.local = 2001:db8::5 60"],
    ],
    ["tells those beside the answers too", { others: [flushed], flags: 0x8400 }, ["printer.local = 192.0.2.5 60"]],
    [
      "repeats the question to those who ask from another port",
      { questions: ["printer.local"], answers: [flushed], flags: 0x8400 },
      ["printer.local = 192.0.2.5 60"],
    ],
    ["takes a record back with a time to live of 0", { answers: [a("printer.local", "192.0.2.5", 0)] }, []],
    [
      "names no address by an alias",
      { answers: [cname("a.local", "printer.local"), flushed] },
      ["printer.local = 192.0.2.5 60"],
    ],
    ["is no question", { questions: ["printer.local"], answers: [flushed], flags: 0 }, []],
  ])("%s", ([, sections, expected]) => expect(told(readAnnouncement(message(sections)))).toEqual(expected));
});

describe("a NetBIOS response", () => {
  const encoded = (name: string, service: number): Buffer =>
    Buffer.from(
      [...Buffer.from(name.padEnd(15), "latin1"), service].flatMap((byte) => [0x41 + (byte >> 4), 0x41 + (byte & 15)]),
    );
  const nb = (name: string, more: { service?: number; flags?: number; type?: number; group?: number } = {}): Buffer => {
    const { service = 0x20, flags = 0x8500, type = 0x20, group = 0 } = more;
    const head = [1, flags, 0, 1, 0, 0].map(u16);
    const owner = [Buffer.of(32), encoded(name, service), Buffer.of(0)];
    const data = [u16(6), u16(group), bytes4("192.0.2.7")];
    return Buffer.concat([...head, ...owner, u16(type), u16(1), u16(0), u16(300), ...data]);
  };

  test.for<[string, Buffer, string[]]>([
    ["gives the host's name and address", nb("FILES"), ["files = 192.0.2.7 300"]],
    ["of the workstation service as well", nb("FILES", { service: 0 }), ["files = 192.0.2.7 300"]],
    ["and of no other service", nb("FILES", { service: 0x1b }), []],
    ["not of a group", nb("FILES", { group: 0x8000 }), []],
    ["not in an error", nb("FILES", { flags: 0x8503 }), []],
    ["not in a registration", nb("FILES", { flags: 0xad80 }), []],
    ["not in a question", nb("FILES", { flags: 0x0110 }), []],
    ["not in a node status", nb("FILES", { type: 0x21 }), []],
    ["cut in its address, it gives none", nb("FILES").subarray(0, -1), []],
  ])("%s", ([, bytes, expected]) => expect(told(readNetbios(bytes))).toEqual(expected));

  test("with a name that is no host name is counted", () => {
    expect(readNetbios(nb("A B"))).toMatchObject({ answers: [], invalidNames: 1 });
  });

  test("too short for a header is none", () => expect(readNetbios(Buffer.alloc(11))).toBeNull());
});
