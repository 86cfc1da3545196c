import { describe, expect, it } from "vitest";
import { LIST_PARSERS } from "../../src/annotate/lists/index.ts";
import type { PrefixList } from "../../src/annotate/prefix-list.ts";
import { InputError } from "../../src/model/error.ts";
import { instant } from "../support/build.ts";

const parse = (provider: string, content: unknown): PrefixList => {
  const parser = LIST_PARSERS.get(provider);
  if (parser === undefined) throw new Error(`no parser of ${provider}`);
  return parser(typeof content === "string" ? content : JSON.stringify(content), "list");
};

/** `prefix service region`, as a line. */
const linesOf = (list: PrefixList): string[] =>
  list.entries.map(({ prefix, service, region }) => `${prefix} ${service} ${region ?? "-"}`);

const AWS = {
  syncToken: "1753388594",
  createDate: "2025-07-24-20-23-14",
  prefixes: [
    { ip_prefix: "3.5.140.0/22", region: "ap-northeast-2", service: "AMAZON", network_border_group: "ap-northeast-2" },
    { ip_prefix: "3.5.140.0/22", region: "ap-northeast-2", service: "S3", network_border_group: "ap-northeast-2" },
  ],
  ipv6_prefixes: [{ ipv6_prefix: "2600:1f18::/36", region: "us-east-1", service: "EC2", network_border_group: "x" }],
};
const GOOGLE = {
  syncToken: "1753409788780",
  creationTime: "2025-07-24T19:16:28.780563",
  prefixes: [
    { ipv4Prefix: "34.1.208.0/20", service: "Google Cloud", scope: "africa-south1" },
    { ipv6Prefix: "2600:1900:8000::/44", service: "Google Cloud", scope: "africa-south1" },
    { ipv4Prefix: "8.8.8.0/24" },
  ],
};
const azure = (values: unknown): unknown => ({ changeNumber: 363, cloud: "Public", values });
const AZURE = azure([
  { name: "Storage", id: "Storage", properties: { region: "", addressPrefixes: ["20.150.0.0/17"] } },
  { name: "Storage.EastUS", id: "x", properties: { region: "eastus", addressPrefixes: ["2603:1030::/46"] } },
]);
const ORACLE = {
  last_updated_timestamp: "2025-07-21T07:13:25.457838",
  regions: [{ region: "us-ashburn-1", cidrs: [{ cidr: "134.70.24.0/21", tags: ["OSN", "OBJECT_STORAGE"] }] }],
};
const GITHUB = {
  verifiable_password_authentication: false,
  ssh_keys: ["ssh-ed25519 AAAA"],
  hooks: ["192.30.252.0/22", "2a0a:a440::/29"],
  actions: ["4.148.0.0/16"],
  domains: { website: ["*.github.com"] },
};
const ATLASSIAN = {
  creationDate: "2026-06-17T04:08:46.684598",
  syncToken: 1_781_669_326,
  items: [
    {
      cidr: "104.192.136.0/21",
      mask_len: 21,
      region: ["global", "us-east-1"],
      product: ["jira"],
      direction: ["egress"],
    },
    { cidr: "2401:1d80::/32", region: [], product: [], direction: [] },
  ],
};
const DATADOG = {
  version: 71,
  modified: "2025-07-01-00-00-00",
  agents: { prefixes_ipv4: ["3.233.144.0/20"], prefixes_ipv6: ["2600:1f18:24e6:b900::/56"] },
  synthetics: {
    prefixes_ipv4: [],
    prefixes_ipv4_by_location: { "aws:eu-west-1": ["18.200.120.237/32"] },
    prefixes_ipv6: [],
  },
};
const MICROSOFT365 = [
  { id: 1, serviceArea: "Exchange", urls: ["outlook.office.com"], ips: ["13.107.6.152/31", "2603:1006::/40"] },
  { id: 2, serviceArea: "Common", urls: ["login.microsoftonline.com"], tcpPorts: "80,443" },
];
const GEOFEED =
  "# Last modified: 2025-07-24 10:00:06.525037\n\n5.101.96.0/21,NL,NL-NH,Amsterdam,1098 XH\r\n2a03::/48,SG,,,\n";

describe("what each publisher's format says", () => {
  it.each([
    [
      "aws",
      AWS,
      ["3.5.140.0/22 AMAZON ap-northeast-2", "3.5.140.0/22 S3 ap-northeast-2", "2600:1f18::/36 EC2 us-east-1"],
    ],
    [
      "google",
      GOOGLE,
      [
        "34.1.208.0/20 Google-Cloud africa-south1",
        "2600:1900:8000::/44 Google-Cloud africa-south1",
        "8.8.8.0/24 all -",
      ],
    ],
    ["azure", AZURE, ["20.150.0.0/17 Storage -", "2603:1030::/46 Storage.EastUS eastus"]],
    [
      "atlassian",
      ATLASSIAN,
      ["104.192.136.0/21 jira global", "104.192.136.0/21 jira us-east-1", "2401:1d80::/32 all -"],
    ],
    [
      "datadog",
      DATADOG,
      ["3.233.144.0/20 agents -", "2600:1f18:24e6:b900::/56 agents -", "18.200.120.237/32 synthetics aws:eu-west-1"],
    ],
    ["microsoft365", MICROSOFT365, ["13.107.6.152/31 Exchange -", "2603:1006::/40 Exchange -"]],
    ["oracle", ORACLE, ["134.70.24.0/21 OSN us-ashburn-1", "134.70.24.0/21 OBJECT_STORAGE us-ashburn-1"]],
    ["github", GITHUB, ["192.30.252.0/22 hooks -", "2a0a:a440::/29 hooks -", "4.148.0.0/16 actions -"]],
    ["cloudflare", "173.245.48.0/20\n2400:cb00::/32\n", ["173.245.48.0/20 all -", "2400:cb00::/32 all -"]],
    [
      "cloudflare",
      { success: true, result: { ipv4_cidrs: ["172.64.0.0/13"], ipv6_cidrs: ["2a06:98c0::/29"], etag: "38f7" } },
      ["172.64.0.0/13 all -", "2a06:98c0::/29 all -"],
    ],
    [
      "fastly",
      { addresses: ["151.101.0.0/16"], ipv6_addresses: ["2a04:4e40::/32"] },
      ["151.101.0.0/16 all -", "2a04:4e40::/32 all -"],
    ],
    ["digitalocean", GEOFEED, ["5.101.96.0/21 all NL-NH", "2a03::/48 all SG"]],
    ["linode", GEOFEED, ["5.101.96.0/21 all NL-NH", "2a03::/48 all SG"]],
    [
      "vultr",
      { updated: "2025-07-01", subnets: [{ ip_prefix: "45.32.0.0/20", alpha2code: "US", region: "US-NJ", city: "x" }] },
      ["45.32.0.0/20 all US-NJ"],
    ],
  ])("%s", (provider, content, lines) => {
    const list = parse(provider, content);
    expect(linesOf(list)).toEqual(lines);
    expect(list.provider).toBe(provider);
    expect(list.rejected.counts.size).toBe(0);
  });

  it.each<[string, unknown, string, string | null, string]>([
    ["aws", AWS, "2025-07-24-20-23-14", "2025-07-24T20:23:14Z", "the date, which is UTC"],
    ["google", GOOGLE, "2025-07-24T19:16:28.780563", "2025-07-25T02:16:28.78Z", "syncToken: creationTime has no zone"],
    ["azure", AZURE, "363", null, "a number and no date"],
    ["oracle", ORACLE, "2025-07-21T07:13:25.457838", null, "a time without a zone"],
    ["atlassian", ATLASSIAN, "2026-06-17T04:08:46.684598", "2026-06-17T04:08:46Z", "its token, in seconds"],
    ["atlassian", { ...ATLASSIAN, syncToken: "7" }, "2026-06-17T04:08:46.684598", null, "a time without a zone"],
    ["datadog", DATADOG, "2025-07-01-00-00-00", null, "a time without a zone"],
    ["datadog", { ...DATADOG, modified: null }, "71", null, "a number and no date"],
    ["linode", GEOFEED, "2025-07-24T10:00:06.525037", null, "a time without a zone"],
    ["aws", { ...AWS, createDate: "" }, "sha256:491d52b69a9c", null, "nothing that can be used"],
    ["github", GITHUB, "sha256:02c1f3097dc0", null, "nothing, so the digest of its text"],
  ])("%s states %s", (provider, content, version, publishedAt) => {
    const list = parse(provider, content);
    expect(list.version).toBe(version);
    expect(list.publishedAt).toBe(publishedAt === null ? null : instant(publishedAt));
  });
});

describe("an entry that cannot be used is counted by reason and place", () => {
  const aws = (entry: unknown): PrefixList => parse("aws", { ...AWS, prefixes: [AWS.prefixes[0], entry] });
  const entry = { ip_prefix: "3.5.140.0/22", region: "eu-west-1", service: "S3" };

  it.each([
    ["not-an-object", null],
    ["not-an-object", ["3.5.140.0/22"]],
    ["not-a-prefix", { ...entry, ip_prefix: undefined }],
    ["not-a-prefix", { ...entry, ip_prefix: 3 }],
    ["not-a-prefix", { ...entry, ip_prefix: "3.5.140.0/33" }],
    ["not-a-prefix", { ...entry, ip_prefix: "::ffff:3.0.0.0/8" }],
    ["host-bits-set", { ...entry, ip_prefix: "3.5.141.0/22" }],
    ["host-bits-set", { ...entry, ip_prefix: "2600:1f18::1/36" }],
    ["too-wide", { ...entry, ip_prefix: "0.0.0.0/0" }],
    ["too-wide", { ...entry, ip_prefix: "::/0" }],
    ["too-wide", { ...entry, ip_prefix: "2000::/3" }],
    ["bad-service", { ...entry, service: undefined }],
    ["bad-service", { ...entry, service: "" }],
    ["bad-service", { ...entry, service: "S".repeat(101) }],
    ["bad-region", { ...entry, region: "" }],
    ["bad-region", { ...entry, region: 7 }],
  ])("%s: %j", (reason, bad) => {
    const list = aws(bad);
    expect(list.entries).toHaveLength(2);
    expect([...list.rejected.counts]).toEqual([[reason, 1]]);
    expect(list.rejected.places.get(reason)).toEqual([2]);
  });

  it("takes upper case and a missing length as what they mean", () => {
    const list = parse("cloudflare", "2606:4700::/32\n2A06:98C0::/29\n1.1.1.1\n");
    expect(linesOf(list)).toEqual(["2606:4700::/32 all -", "2a06:98c0::/29 all -", "1.1.1.1/32 all -"]);
  });

  it("lets no label out that could act somewhere", () => {
    const list = aws({ ...entry, service: "`id`\n@x", region: "\u001b[31m<b>" });
    expect(linesOf(list)[1]).toBe("3.5.140.0/22 %60id%60%0A@x %1B%5B31m%3Cb%3E");
  });
});

describe("a file that cannot be used says where and why", () => {
  it.each([
    ["aws", "", "list: not a JSON document"],
    ["aws", "<html>", "list: not a JSON document"],
    ["aws", "[]", "list: the document is not an object"],
    ["aws", {}, "list: prefixes is not an array"],
    ["aws", { ...AWS, ipv6_prefixes: {} }, "list: ipv6_prefixes is not an array"],
    ["aws", { prefixes: [], ipv6_prefixes: [] }, "list: no usable prefix of aws in it"],
    ["azure", azure([7]), "list: values[0] is not an object"],
    ["azure", azure([{ name: "Storage" }]), "list: values[0].properties is not an object"],
    ["azure", azure([{ properties: {} }]), "list: values[0].properties.addressPrefixes is not an array"],
    ["oracle", { regions: [{ cidrs: [{ cidr: "x" }] }] }, "list: regions[0].cidrs[0].tags is not an array"],
    ["atlassian", { items: [{ cidr: "10.0.0.0/8" }] }, "list: items[0].product is not an array"],
    ["datadog", { api: { prefixes_ipv4: [] } }, "list: api.prefixes_ipv6 is not an array"],
    ["datadog", { version: 7 }, "list: no usable prefix of datadog in it"],
    ["microsoft365", {}, "list: the document is not an array"],
    ["microsoft365", [{ ips: {} }], "list: [0].ips is not an array"],
    ["cloudflare", { success: false, result: {} }, "list: success is not true"],
    ["cloudflare", { success: true, result: null }, "list: result is not an object"],
    ["cloudflare", "<html>\nrate limited\n", "list: no usable prefix of cloudflare in it"],
    ["github", { message: "API rate limit exceeded" }, "list: no usable prefix of github in it"],
    ["linode", "\n", "list: no usable prefix of linode in it"],
    ["fastly", " ".repeat(32_000_001), "list: more than 32000000 characters"],
  ])("%s %j", (provider, content, message) => {
    expect(() => parse(provider, content)).toThrow(new InputError(message));
  });
});
