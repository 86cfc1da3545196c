/** Addresses and names with a meaning of their own. */
import { type Address, familyOf, parseAddress, toBigInt } from "../../model/address.ts";
import { parsePrefix, rangeOf } from "../../model/prefix.ts";

const AWS = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html";
const ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint.html";
const EKS = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html";
const GOOGLE = "https://cloud.google.com/compute/docs/metadata/querying-metadata";
const AZURE = "https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16";
const ALIBABA = "https://www.alibabacloud.com/help/ecs/user-guide/view-instance-metadata";
const TENCENT = "https://www.tencentcloud.com/document/product/213/4934";
const ORACLE = "https://docs.oracle.com/iaas/Content/Compute/Tasks/gettingmetadata.htm";

export const METADATA_ADDRESSES: ReadonlyMap<Address, string> = new Map(
  [
    ["169.254.169.254", AWS],
    ["fd00:ec2::254", AWS],
    ["169.254.170.2", ECS],
    ["169.254.170.23", EKS],
    ["fd00:ec2::23", EKS],
    ["fd20:ce::254", GOOGLE],
    ["168.63.129.16", AZURE],
    ["100.100.100.200", ALIBABA],
    ["169.254.0.23", TENCENT],
    ["192.0.0.192", ORACLE],
  ].flatMap(([text = "", source = ""]) => {
    const address = parseAddress(text);
    return address === null ? [] : [[address, source] as const];
  }),
);

export const METADATA_NAMES: ReadonlyMap<string, string> = new Map([
  ["metadata.google.internal", GOOGLE],
  ["metadata.goog", GOOGLE],
  ["metadata", GOOGLE],
  ["metadata.tencentyun.com", TENCENT],
  ["instance-data", AWS],
  ["instance-data.ec2.internal", AWS],
]);

interface Special {
  readonly what: string;
  readonly source: string;
}

/** Networks that are not the Internet's; 198.18.0.0/15 and the documentation ranges are left out, as laboratories stand there. */
const SPECIAL = (
  [
    ["10.0.0.0/8", "private", "RFC 1918"],
    ["172.16.0.0/12", "private", "RFC 1918"],
    ["192.168.0.0/16", "private", "RFC 1918"],
    ["100.64.0.0/10", "shared between a provider and its customers", "RFC 6598"],
    ["127.0.0.0/8", "the host itself", "RFC 1122"],
    ["169.254.0.0/16", "on the link", "RFC 3927"],
    ["0.0.0.0/8", "the host itself to some systems", "RFC 1122"],
    ["::1/128", "the host itself", "RFC 4291"],
    ["fc00::/7", "private", "RFC 4193"],
    ["fe80::/10", "on the link", "RFC 4291"],
  ] as const
).flatMap(([text, what, source]) => {
  const prefix = parsePrefix(text);
  return prefix === null ? [] : [{ ...rangeOf(prefix), what, source }];
});

export function inSpecial(address: Address): Special | null {
  const [family, value] = [familyOf(address), toBigInt(address)];
  return SPECIAL.find((range) => range.family === family && range.first <= value && value <= range.last) ?? null;
}
