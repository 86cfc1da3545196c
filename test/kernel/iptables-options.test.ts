import { describe, expect, it } from "vitest";
import { FROM_HOST } from "../../src/dialect/packet/packet.ts";
import { BACKENDS, compareIptables } from "./iptables.ts";

/** Each about one thing that a rule can ask, with the policy DROP. */
const RULES: Readonly<Record<string, { readonly family: 4 | 6; readonly rules: string }>> = {
  "a mask with holes": {
    family: 4,
    rules: "-A OUTPUT -d 10.0.0.1/255.0.0.255 -j ACCEPT\n-A OUTPUT -d 192.0.0.8/255.252.255.248 -p udp -j ACCEPT",
  },
  "a mask with holes, turned round": { family: 4, rules: "-A OUTPUT ! -d 192.0.0.7/255.0.255.7 -j ACCEPT" },
  "a mask with holes for IPv6": {
    family: 6,
    rules: "-A OUTPUT -d 2001:db8::9/ffff:ffff:fff0:ffff:ffff:ffff:ffff:ffff -j ACCEPT",
  },
  "a socket there is": {
    family: 4,
    rules: "-A OUTPUT -p tcp -m owner --socket-exists -j ACCEPT\n-A OUTPUT -p udp -m owner ! --socket-exists -j ACCEPT",
  },
  "types of addresses": {
    family: 4,
    rules: `-A OUTPUT -p udp -m addrtype --dst-type LOCAL -j ACCEPT
-A OUTPUT -d 127.0.0.0/8 -p tcp -m addrtype ! --dst-type UNICAST -j ACCEPT
-A OUTPUT -p sctp -m addrtype --src-type LOCAL -j ACCEPT
-A OUTPUT -p tcp -m addrtype --dst-type MULTICAST -j ACCEPT`,
  },
  "types of addresses of IPv6": {
    family: 6,
    rules:
      "-A OUTPUT -p udp -m addrtype --dst-type UNICAST -j ACCEPT\n-A OUTPUT -p tcp -m addrtype ! --dst-type UNICAST -j ACCEPT",
  },
  "a mask of nothing": {
    family: 4,
    rules: "-A OUTPUT -d 0/0 -p tcp --dport 443 -j ACCEPT\n-A OUTPUT -d any/0 -p udp --dport 53 -j ACCEPT",
  },
  "errors of ICMP by name": {
    family: 4,
    rules: `-A OUTPUT -p icmp --icmp-type host-unreachable -j ACCEPT
-A OUTPUT -p icmp --icmp-type network-redirect -j ACCEPT
-A OUTPUT -p icmp --icmp-type ttl-exceeded -j ACCEPT
-A OUTPUT -p icmp -d 192.0.2.1 --icmp-type ping -j ACCEPT`,
  },
  "the protocol that tracking knows": {
    family: 4,
    rules: "-A OUTPUT -m conntrack --ctproto 17 -j ACCEPT\n-A OUTPUT -p sctp -m conntrack --ctdir ORIGINAL -j ACCEPT",
  },
  "where a connection was first going": {
    family: 4,
    rules:
      "-A OUTPUT -p tcp -m conntrack --ctorigdst 192.0.2.0/30 --ctorigdstport 443 -j ACCEPT\n-A OUTPUT -d 192.0.2.0/30 -p udp -m conntrack ! --ctorigdst 192.0.2.1 -j ACCEPT",
  },
  "no bit of a mark": {
    family: 4,
    rules: "-A OUTPUT -p tcp -m mark --mark 0x0/0x0 -j ACCEPT\n-A OUTPUT -p udp -m mark --mark 0x1/0x0 -j ACCEPT",
  },
};

describe("what options ask, and what the kernel says they do", () => {
  const cases = Object.entries(RULES).flatMap(([name, each]) =>
    BACKENDS.map((backend) => ({ name, backend, ...each })),
  );
  it.each(cases)("$name, $backend", ({ family, rules, backend }) => {
    // Whether an address is one of the host's own no file tells, so only loopback is asked about there.
    const only = rules.includes("--dst-type LOCAL")
      ? ({ address, transport }: { address: string | null; transport: string }) =>
          address?.startsWith("127.") === true || transport !== "udp"
      : () => true;
    const found = compareIptables({ rules: `:OUTPUT DROP [0:0]\n${rules}`, family, backend, only });
    expect(found.disagreements).toEqual([]);
    expect(found.kernel).toEqual(new Set(["permit", "deny"]));
  });
});

describe("asked for one user", () => {
  const rules = `:OUTPUT DROP [0:0]
-A OUTPUT -d 192.0.2.0/30 -m owner --uid-owner 1000 -j ACCEPT
-A OUTPUT -d 203.0.113.7 -m owner ! --uid-owner 999-1001 -j ACCEPT`;
  it.each([0, 999, 1000, 1002].flatMap((uid) => BACKENDS.map((backend) => ({ uid, backend }))))(
    "user $uid gets what the kernel gives it, $backend",
    ({ uid, backend }) => {
      // Without root's powers a probe has datagrams only.
      const only = ({ transport }: { transport: string }): boolean => transport === "udp";
      const context = { ...FROM_HOST, uid };
      const found = compareIptables({ rules, family: 4, backend, uid, context, only });
      expect(found.disagreements).toEqual([]);
    },
  );
});

describe("asked for one interface", () => {
  const second = `ip link add out1 type veth peer name far1
ip link set out1 up
ip link set far1 up
ip addr add 198.19.0.1/24 dev out1
ip route add 203.0.113.0/24 via 198.19.0.2`;
  const rules =
    ":OUTPUT DROP [0:0]\n-A OUTPUT -o out0 -p udp -j ACCEPT\n-A OUTPUT ! -o out+ -j ACCEPT\n-A OUTPUT -o out1 -p tcp -j ACCEPT";
  it.each(["out0", "out1"].flatMap((name) => BACKENDS.map((backend) => ({ name, backend }))))(
    "what leaves by $name is judged as the kernel judges it, $backend",
    ({ name, backend }) => {
      const only = ({ address }: { address: string | null }): boolean =>
        address?.startsWith("127.") === true || (address?.startsWith("203.0.113.") === true) === (name === "out1");
      const context = { ...FROM_HOST, outInterface: name };
      const found = compareIptables({ rules, family: 4, backend, before: second, context, only });
      expect(found.disagreements).toEqual([]);
      expect(found.kernel).toEqual(new Set(["permit", "deny"]));
    },
  );
});

describe("hours and days, by the kernel's own clock", () => {
  const MINUTE = 60;
  const DAY = 86_400;
  const now = Math.floor(Date.now() / 1000);
  const clock = (seconds: number): string => new Date((now + seconds) * 1000).toISOString().slice(11, 19);
  // Far enough from now that no bound is crossed while the test runs.
  const hours = [
    [-90, 90],
    [90, -90],
    [30, 90],
    [-90, -30],
    [-30, -90],
    [90, 30],
  ].map(([from = 0, to = 0]) => `--timestart ${clock(from * MINUTE)} --timestop ${clock(to * MINUTE)}`);
  const overMidnight = (text: string): boolean => {
    const [start = "", stop = ""] = text.match(/\d\d:\S+/g) ?? [];
    return start > stop;
  };
  const weekday = ((new Date(now * 1000).getUTCDay() + 6) % 7) + 1;
  const monthDay = (days: number): number => new Date((now + days * DAY) * 1000).getUTCDate();
  const days = [
    `--weekdays ${weekday}`,
    `! --weekdays ${weekday}`,
    `--weekdays ${(weekday % 7) + 1}`,
    `--weekdays ${((weekday + 5) % 7) + 1}`,
    `--monthdays ${monthDay(0)}`,
    `! --monthdays ${monthDay(0)}`,
    `--monthdays ${monthDay(-1)}`,
  ];
  const times = [
    ...hours,
    ...days,
    ...hours.filter(overMidnight).flatMap((each) => days.map((day) => `${each} ${day} --contiguous`)),
    ...hours.flatMap((each) => days.map((day) => `${each} ${day}`)),
  ];

  it.each(BACKENDS)("%s", (backend) => {
    const rules = times.map((time, i) => `-A OUTPUT -p udp --dport ${1000 + i} -m time ${time} -j ACCEPT`);
    const only = ({ transport, port, address }: { transport: string; port: number | null; address: string | null }) =>
      transport === "udp" && address === "192.0.2.1" && (port ?? 0) >= 1000;
    const halves = [rules.slice(0, 35), rules.slice(35, 70), rules.slice(70)];
    const found = halves.map((some) =>
      compareIptables({
        rules: [":OUTPUT DROP [0:0]", ...some].join("\n"),
        family: 4,
        backend,
        only,
        now: now * 1_000_000,
      }),
    );
    expect(found.flatMap(({ disagreements }) => disagreements)).toEqual([]);
    expect(found[0]?.kernel).toEqual(new Set(["permit", "deny"]));
  });
});
