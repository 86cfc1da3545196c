import { describe, expect, test } from "vitest";
import { LIST_PARSERS } from "../../../src/annotate/lists/index.ts";
import { parsePattern, parsePorts } from "../../../src/annotate/published-name.ts";

const namesOf = (provider: string, content: unknown): string[] => {
  const list = LIST_PARSERS.get(provider)?.(JSON.stringify(content), "list");
  const names = list?.names ?? [];
  const rejected = [...(list?.rejected.counts ?? [])].map(([reason, count]) => `${count} ${reason}`);
  return [...names.map((name) => [name.pattern, name.service, ...name.ports].join(" ")), ...rejected];
};

test("GitHub's names stand by service, in a list or in an object of lists", () => {
  const domains = {
    website: ["*.github.com", "GitHub.com"],
    actions_inbound: { full_domains: ["ghcr.io"], wildcard_domains: ["*.githubusercontent.com"] },
    artifact_attestations: { trust_domain: "", services: ["tuf-repo.github.com"] },
    odd: ["*", "a b", 7, null],
    none: null,
  };
  expect(namesOf("github", { hooks: ["192.30.252.0/22"], domains })).toEqual([
    "*.github.com website",
    "github.com website",
    "ghcr.io actions_inbound",
    "*.githubusercontent.com actions_inbound",
    "tuf-repo.github.com artifact_attestations",
    "4 not-a-name",
  ]);
});

test("Microsoft's have ports, and a star in the middle of a name is none that we could ask for", () => {
  const sets = [
    {
      id: 1,
      serviceArea: "Exchange",
      urls: ["outlook.office.com"],
      ips: ["13.107.6.152/31"],
      tcpPorts: "80,443",
      udpPorts: "443",
    },
    { id: 8, serviceArea: "Exchange", urls: ["autodiscover.*.onmicrosoft.com"], tcpPorts: "80,443" },
    { id: 11, serviceArea: "Skype", ips: ["52.112.0.0/14"], urls: ["*.teams.microsoft.com"], udpPorts: "3478-3481" },
    { id: 12, serviceArea: "Skype", urls: ["aka.ms"], tcpPorts: "all" },
    { id: 13, urls: ["nobody.example"] },
  ];
  expect(namesOf("microsoft365", sets)).toEqual([
    "outlook.office.com Exchange tcp/80,443 udp/443",
    "*.teams.microsoft.com Skype udp/3478-3481",
    "aka.ms Skype",
    "1 not-a-name",
    "1 bad-ports",
    "1 bad-service",
  ]);
});

describe("a published name", () => {
  test.each([
    ["github.com", "github.com"],
    ["*.GitHub.com.", "*.github.com"],
    ["*.com", null],
    ["*", null],
    ["*.", null],
    ["*.*.com", null],
    ["a*.example.com", null],
    ["a.*.example.com", null],
    ["192.0.2.1", null],
    ["https://example.com/", null],
    ["", null],
  ])("%j is %j", (text, pattern) => expect(parsePattern(text)).toBe(pattern));
});

test.each([
  ["80,443", "tcp/80,443"],
  ["80, 443", "tcp/80,443"],
  ["50000-50059", "tcp/50000-50059"],
  ["0", null],
  ["443-80", null],
  ["65536", null],
  ["", null],
  ["any", null],
])("the ports %j are %j", (text, ports) => expect(parsePorts("tcp", text)).toBe(ports));
