/** Plays frames through the capture reader, with dissectors that a test can read along. */
import { type CaptureReaderOptions, createCaptureReader } from "../../../src/ingest/capture-reader.ts";
import { NOTHING, type StreamVerdict } from "../../../src/ingest/dissect/verdict.ts";
import type { Dissectors } from "../../../src/ingest/track/dissectors.ts";
import { parseAddress } from "../../../src/model/address.ts";
import type { DnsAnswer, Flow, RunFacts } from "../../../src/model/flow.ts";
import { parseFqdn } from "../../../src/model/fqdn.ts";
import { pcap } from "../capture/build.ts";
import { frame4, tcp, type TcpFields, udp } from "../decode/build.ts";

export const CLIENT = "10.0.0.2";
export const SERVER = "192.0.2.1";

/** `HELLO name.` is a client's greeting, `ANSWER name address.` a DNS response, `QUIC name.` an Initial. */
export const PLAIN: Dissectors = {
  streamBytes: 1000,
  stream(client, _port, ended) {
    const said = /^HELLO (\S+)\.$/.exec(text(client));
    const claims = said ? [{ source: "tls-sni" as const, name: fqdn(said[1]) }] : [];
    const mayBecomeOne = "HELLO ".startsWith(text(client).slice(0, 6)) && !said;
    return mayBecomeOne && !ended ? { kind: "more" } : { ...NOTHING, claims };
  },
  dns(message) {
    const said = /^(\S+) (\S+)$/.exec(text(message).slice(3));
    if (!said) return null;
    const answers = [{ name: fqdn(said[1]), chain: [], address: parseAddress(said[2] ?? "")!, ttl: 60 }];
    return { id: 1, response: true, truncated: false, rcode: 0, answers, invalidNames: 0 };
  },
  asked: () => [],
  question: () => null,
  beginsTls: (segment) => text(segment).startsWith("HELLO "),
  beginsHello: (datagram) => text(datagram).startsWith("QUIC"),
  hello: () => ({
    add(datagram): StreamVerdict {
      const said = /^QUIC (\S+)\.$/.exec(text(datagram));
      if (!said) return { kind: "more" };
      return { ...NOTHING, claims: [{ source: "quic-sni", name: fqdn(said[1]) }], flags: ["ech"] };
    },
    end: (): StreamVerdict => NOTHING,
  }),
};

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const fqdn = (name = ""): NonNullable<ReturnType<typeof parseFqdn>> => parseFqdn(name)!;
export const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content, "latin1"));

/** A response in {@link PLAIN}'s terms: the third byte has the bit that makes it one. */
export const response = (name: string, address: string): Uint8Array => bytes(`\0\0\u0080${name} ${address}`);

export interface Timed {
  readonly bytes: Uint8Array;
  readonly seconds?: number;
  readonly wireLength?: number;
}

/** A segment from the client's port 40000 to the server's 443, and one back. */
export const out = (fields: TcpFields, payload = "", ports: readonly [number, number] = [40_000, 443]): Uint8Array =>
  frame4({ protocol: 6, from: CLIENT, to: SERVER }, tcp(ports[0], ports[1], fields, bytes(payload)));
export const back = (fields: TcpFields, payload = "", ports: readonly [number, number] = [443, 40_000]): Uint8Array =>
  frame4({ protocol: 6, from: SERVER, to: CLIENT }, tcp(ports[0], ports[1], fields, bytes(payload)));

export const ask = (payload: Uint8Array, ports: readonly [number, number] = [40_000, 53]): Uint8Array =>
  frame4({ protocol: 17, from: CLIENT, to: SERVER }, udp(...ports, payload));
export const reply = (payload: Uint8Array, ports: readonly [number, number] = [53, 40_000]): Uint8Array =>
  frame4({ protocol: 17, from: SERVER, to: CLIENT }, udp(...ports, payload));

export interface Played {
  readonly flows: Flow[];
  readonly answers: DnsAnswer[];
  /** What came in which order: `flow 443` by responder's port, `answer name`. */
  readonly order: string[];
  readonly facts: RunFacts;
}

export function play(frames: readonly (Uint8Array | Timed)[], options: CaptureReaderOptions = {}): Played {
  const packets = frames.map((frame, i) => (frame instanceof Uint8Array ? { bytes: frame, fraction: i } : frame));
  return read(pcap(packets), { dissectors: PLAIN, ...options });
}

export function read(file: Uint8Array, options?: CaptureReaderOptions, cuts: readonly number[] = []): Played {
  const flows: Flow[] = [];
  const answers: DnsAnswer[] = [];
  const order: string[] = [];
  let facts: RunFacts | null = null;
  const reader = createCaptureReader(
    {
      flow(flow) {
        flows.push(flow);
        order.push(`flow ${flow.responder.port}`);
      },
      answer(answer) {
        answers.push(answer);
        order.push(`answer ${answer.name}`);
      },
      close: (closed) => (facts = closed),
    },
    options,
  );
  let from = 0;
  for (const to of [...[...cuts].sort((a, b) => a - b), file.length]) {
    reader.push(file.slice(from, to));
    from = to;
  }
  reader.endOfFile();
  reader.finish();
  return { flows, answers, order, facts: facts! };
}

/** `tcp 10.0.0.2:40000 > 192.0.2.1:443 established allowed 5/3`. */
export function line(flow: Flow): string {
  const ends = [flow.originator, flow.responder].map(({ address, port }) => `${address}:${port ?? "-"}`).join(" > ");
  return `${flow.transport} ${ends} ${flow.state} ${flow.outcome} ${flow.bytesOut}/${flow.bytesIn}`;
}
