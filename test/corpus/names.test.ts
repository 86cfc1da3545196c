/** Real captures: the names that clients spoke and resolvers gave, through the whole reader, against tshark's, nDPI's and Zeek's. */
import { describe, expect, test } from "vitest";
import { parseAddress } from "../../src/model/address.ts";
import { type Fqdn, parseFqdn } from "../../src/model/fqdn.ts";
import { read } from "../ingest/track/play.ts";
import { load, rowsOf, whole } from "./corpus.ts";

const SPOKEN: ReadonlySet<string> = new Set([
  "tls_sni",
  "quic_sni",
  "gquic_sni",
  "http_host",
  "h2_authority",
  "http_connect",
  "socks",
]);

/** Names on which we and tshark differ, by capture, and why. */
const DISPUTED: Readonly<Record<string, readonly string[]>> = {
  // An :authority with user information, which RFC 9113 (8.3.1) forbids.
  "sv__http2-userinfo-authority__http2_userinfo_in_authority_1.pcap": ["secdsm.org"],
  // Inside Teredo at a relay's port, where tshark does not look.
  "zeek__tunnels__Teredo.pcap": ["ipv6.google.com"],
  // DNS over TCP at multicast DNS's port.
  "sv__dns__dns-incomplete__input.pcap": ["google.com"],
};

/** Answers inside HTTP/2, which is a flag and a blind spot with us, and no evidence. */
const OVER_HTTP = "sv__dns-over-http2-post__dns_over_https_POST.pcap";

const undisputed = (capture: string, names: ReadonlySet<string>): string[] =>
  [...names].filter((line) => !line.split(" ").some((word) => DISPUTED[capture]?.includes(word))).sort();

describe.skipIf(whole.length === 0)("tshark reads the same names", () => {
  test.for(whole)("%s: what clients spoke", (capture) => {
    const ours = new Set<string>();
    for (const { transport, responder, claims, tunnels } of read(load(capture)).flows) {
      const key = `${transport} ${responder.address} ${responder.port}`;
      for (const { name } of [...claims, ...tunnels]) if (name !== null) ours.add(`${key} ${name}`);
    }
    const theirs = new Set<string>();
    for (const [address = "", port, transport, text = "", source = "", , detail = ""] of rowsOf(
      `${capture}.conn.tsv`,
    )) {
      const name = parseFqdn(text);
      if (!SPOKEN.has(source) || detail.includes("decrypted") || name === null) continue;
      theirs.add(`${transport} ${parseAddress(address)} ${port} ${name}`);
    }
    expect(undisputed(capture, ours)).toEqual(undisputed(capture, theirs));
  });

  test.for(whole)("%s: what resolvers gave", (capture) => {
    const ours = new Set<string>();
    for (const { source, name, chain, address } of read(load(capture)).answers) {
      if (source === "dns") ours.add(`${[name, ...chain].join(">")} ${address}`);
    }
    const theirs = new Set<string>();
    for (const [, , address = "", chain = "", transport = ""] of rowsOf(`${capture}.dns.tsv`)) {
      if (transport.startsWith("dns") && parseFqdn(chain.split(">")[0] ?? "") !== null) {
        theirs.add(`${chain} ${parseAddress(address)}`);
      }
    }
    if (capture !== OVER_HTTP) expect(undisputed(capture, ours)).toEqual(undisputed(capture, theirs));
  });
});

describe.skipIf(whole.length === 0)("nDPI's and Zeek's own test suites expect the same names", () => {
  const agreed = whole.length === 0 ? [] : rowsOf("CROSSCHECK.tsv").filter(([, , kind]) => kind === "ok");
  const names = new Map<string, Fqdn[]>();
  for (const [capture = "", , , detail = ""] of agreed) {
    // Zeek's are lines such as `http.log www.example.com (...)`; addresses are no names.
    const name = parseFqdn(/^\w+\.log (\S+)/.exec(detail)?.[1] ?? detail);
    if (name !== null) names.set(capture, [...(names.get(capture) ?? []), name]);
  }

  test.for([...names])("%s", ([capture, expected]) => {
    const { flows, answers } = read(load(capture));
    const spoken = flows.flatMap(({ claims, tunnels }) => [...claims, ...tunnels].map(({ name }) => name));
    const found = new Set<string | null>([...spoken, ...answers.flatMap(({ name, chain }) => [name, ...chain])]);
    expect(expected.filter((name) => !found.has(name))).toEqual([]);
  });
});
