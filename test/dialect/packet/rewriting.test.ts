/** What an earlier chain may have done to a packet, a later chain cannot be asked about the packet as it was. */
import { expect, test } from "vitest";
import { loadNftables } from "../../../src/dialect/nftables/index.ts";
import { address } from "../../support/build.ts";

const text = `table ip n {
  chain o { type nat hook output priority -100; policy accept; ip daddr 192.0.2.1 tcp dport 443 dnat to 203.0.113.9:8080; }
}
table ip f {
  chain o { type filter hook output priority 0; policy drop; ip daddr 203.0.113.9 tcp dport 8080 accept; }
}
table ip d {
  chain o { type nat hook output priority -90; policy accept; udp dport 53 drop; }
}
`;
const layer = loadNftables([{ path: "p.nft", text }]);

test.each([
  ["tcp", "192.0.2.1", 443, "unknown", "depends on p.nft:2: dnat to 203.0.113.9 : 8080, which cannot be told"],
  ["tcp", "192.0.2.2", 443, "deny", "policy drop of chain o of table ip f"],
  ["tcp", "203.0.113.9", 8080, "permit", "ip daddr 203.0.113.9 tcp dport 8080 accept"],
  ["udp", "192.0.2.2", 53, "deny", "policy drop of chain o of table ip f"],
] as const)("%s %s %i: %s", (transport, to, port, verdict, reason) => {
  expect(layer.decide({ transport, address: address(to), name: null, port }, 0)).toMatchObject({ verdict, reason });
});

test("a drop in a NAT chain alone is not certain, because the kernel may never enter it", () => {
  const alone = loadNftables([{ path: "p.nft", text: text.slice(text.indexOf("table ip d")) }]);
  const decision = alone.decide({ transport: "udp", address: address("192.0.2.2"), name: null, port: 53 }, 0);
  expect(decision).toMatchObject({
    verdict: "unknown",
    reason: "chain o of table ip d judges only where connections are tracked",
  });
});
