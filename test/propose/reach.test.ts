import { expect, test } from "vitest";
import { reachOf } from "../../src/propose/reach.ts";
import { address } from "../support/build.ts";

test.each([
  ["93.184.216.34", "public"],
  ["2606:4700::1111", "public"],
  ["10.0.0.1", "private"],
  ["100.64.0.1", "private"],
  ["240.0.0.1", "private"],
  ["fd12::1", "private"],
  ["fec0::1", "private"],
  ["169.254.7.7", "link-local"],
  ["168.63.129.16", "link-local"],
  ["127.0.0.1", "loopback"],
  ["0.0.0.0", "loopback"],
  ["239.1.1.1", "multicast"],
  ["255.255.255.255", "multicast"],
  // IPv4 addresses inside IPv6 ones: NAT64, 6to4, Teredo, ISATAP.
  ["64:ff9b::a00:1", "private"],
  ["2002:a00:1::1", "private"],
  ["2002:a9fe:a9fe::1", "link-local"],
  ["2001:0:5ef5:79fb:0:0:f5ff:fffe", "private"],
  ["2606:4700::5efe:a00:1", "private"],
  ["64:ff9b::808:808", "public"],
  ["2002:808:808::1", "public"],
])("%s is in a place that is %s", (text, reach) => expect(reachOf(address(text))).toBe(reach));
