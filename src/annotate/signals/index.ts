/** Everything a reviewer should look at, one detector a kind, in the order of weight. */
import { compareText } from "../../model/compare.ts";
import type { Address } from "../../model/address.ts";
import type { EndpointEvidence, Evidence } from "../../model/evidence.ts";
import type { Fqdn } from "../../model/fqdn.ts";
import { type Signal, SIGNAL_KINDS, type SignalKind } from "../../model/signal.ts";
import { factsOf } from "../names/tenancy.ts";
import { metadata, noName, privateAddress } from "./addresses.ts";
import type { Detect, Scene } from "./detect.ts";
import { dnsTunnel, namesBelow, randomLabel } from "./entropy.ts";
import { firstAppearance } from "./lately.ts";
import { dynamicDns, pasteSite, telemetry, tunnelService, webhookSite } from "./listed.ts";
import { lookAlike } from "./look-alike.ts";
import { controlPlane, plainText, unusualPort } from "./ports.ts";
import { domainFronting, encryptedDns, encryptedHello } from "./said.ts";
import { sharedHosting } from "./shared.ts";

const DETECT: Readonly<Record<SignalKind, Detect>> = {
  metadata,
  "control-plane": controlPlane,
  "look-alike": lookAlike,
  "domain-fronting": domainFronting,
  "dns-tunnel": dnsTunnel,
  "tunnel-service": tunnelService,
  "dynamic-dns": dynamicDns,
  "paste-site": pasteSite,
  "webhook-site": webhookSite,
  telemetry,
  "shared-hosting": sharedHosting,
  "random-label": randomLabel,
  "private-address": privateAddress,
  "no-name": noName,
  "unusual-port": unusualPort,
  "plain-text": plainText,
  "encrypted-dns": encryptedDns,
  "encrypted-hello": encryptedHello,
  "first-appearance": firstAppearance,
};

const KINDS = Object.keys(SIGNAL_KINDS) as SignalKind[];

export function sceneOf({ runs, endpoints }: Evidence, allowed: readonly Fqdn[]): Scene {
  const allowedOwners = [...new Set(allowed.flatMap((name) => factsOf(name).owned ?? []))].sort(compareText);
  const owners = namesBelow(new Set(endpoints.flatMap(({ name }) => name ?? [])));
  return { runs, allowed: new Set(allowed), allowedOwners, owners };
}

/** The network's own traffic is shown apart, and only asked whether it is a metadata service. */
export function signalsOf(endpoint: EndpointEvidence, addresses: readonly Address[], scene: Scene): Signal[] {
  const sight = { endpoint, addresses, facts: endpoint.name === null ? null : factsOf(endpoint.name) };
  const asked = endpoint.flags.includes("infrastructure") ? KINDS.slice(0, 1) : KINDS;
  return asked.flatMap((kind) => {
    const found = DETECT[kind](sight, scene);
    return found === null ? [] : [{ kind, ...found }];
  });
}
