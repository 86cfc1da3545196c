import { expect, test } from "vitest";
import { brief, jsonl, read, rejected } from "./reading.ts";

const event = (more: object): object => ({
  flow: {
    time: "2026-11-01T10:00:01Z",
    verdict: "FORWARDED",
    IP: { source: "10.0.0.2", destination: "203.0.113.7" },
    l4: { TCP: { source_port: 40_000, destination_port: 443, flags: { SYN: true } } },
    traffic_direction: "EGRESS",
    ...more,
  },
});
const dns = event({
  time: "2026-11-01T10:00:00Z",
  IP: { source: "203.0.113.53", destination: "10.0.0.2" },
  l4: { UDP: { source_port: 53, destination_port: 40_001 } },
  is_reply: true,
  l7: {
    type: "RESPONSE",
    dns: { query: "api.example.net.", ips: ["203.0.113.7"], ttl: 30, cnames: ["edge.example.org."] },
  },
});

test("packets of one connection are one flow, and its DNS answers come before it", () => {
  const { flows, answers, order, facts } = read(
    "hubble",
    jsonl(
      event({}),
      event({ l4: { TCP: { source_port: 40_000, destination_port: 443, flags: { ACK: true } } } }),
      dns,
      event({ is_reply: true }),
      event({ traffic_direction: "INGRESS" }),
      event({ verdict: "DROPPED", IP: { source: "10.0.0.2", destination: "203.0.113.8" } }),
      event({ IP: { source: "10.0.0.2", destination: "203.0.113.9" }, destination_names: ["cdn.example.net", "x y"] }),
      { lost_events: { source: "PERF_EVENT_RING_BUFFER", num_events_lost: "7" } },
    ),
  );
  expect(flows.map(brief)).toEqual([
    "tcp 10.0.0.2:40000 > 203.0.113.7:443 established allowed",
    "tcp 10.0.0.2:40000 > 203.0.113.8:443 attempted denied",
    "tcp 10.0.0.2:40000 > 203.0.113.9:443 attempted allowed",
  ]);
  expect(order[0]).toBe("answer api.example.net 203.0.113.7");
  expect(answers).toMatchObject([
    { chain: ["edge.example.org"], ttl: 30, client: "10.0.0.2", resolver: "203.0.113.53" },
    { name: "cdn.example.net", address: "203.0.113.9", ttl: null, resolver: null },
  ]);
  expect(rejected(facts)).toEqual({ reply: 1, ingress: 1, "invalid-name": 1, "other-event": 1 });
  expect(facts.blindSpots).toEqual(["lost-events"]);
});
