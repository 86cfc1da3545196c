/** What a reviewer should look at before saying yes: each with its reason, none of them a verdict. */

export type SignalKind =
  | "metadata"
  | "control-plane"
  | "look-alike"
  | "domain-fronting"
  | "dns-tunnel"
  | "tunnel-service"
  | "dynamic-dns"
  | "paste-site"
  | "webhook-site"
  | "telemetry"
  | "shared-hosting"
  | "random-label"
  | "private-address"
  | "no-name"
  | "unusual-port"
  | "plain-text"
  | "encrypted-dns"
  | "encrypted-hello"
  | "first-appearance";

interface SignalInfo {
  readonly title: string;
  /** Whether it raises `risky-destination`; the others stand in the report's table only. */
  readonly risky: boolean;
}

/** Every kind, most weighty first, which is their order everywhere. Documented in docs/signals.md. */
export const SIGNAL_KINDS: Readonly<Record<SignalKind, SignalInfo>> = {
  metadata: { title: "an instance metadata service", risky: true },
  "control-plane": { title: "a control plane's port", risky: true },
  "look-alike": { title: "looks like another name", risky: true },
  "domain-fronting": { title: "two names for one connection", risky: true },
  "dns-tunnel": { title: "names that may carry data", risky: true },
  "tunnel-service": { title: "a tunnelling service", risky: true },
  "dynamic-dns": { title: "dynamic DNS", risky: true },
  "paste-site": { title: "a paste or file drop site", risky: true },
  "webhook-site": { title: "a site that collects requests", risky: true },
  telemetry: { title: "a telemetry vendor", risky: false },
  "shared-hosting": { title: "shared hosting", risky: false },
  "random-label": { title: "a label nobody would choose", risky: false },
  "private-address": { title: "a private address", risky: false },
  "no-name": { title: "an address without a name", risky: false },
  "unusual-port": { title: "an unusual port", risky: false },
  "plain-text": { title: "plain text", risky: false },
  "encrypted-dns": { title: "name resolution out of sight", risky: false },
  "encrypted-hello": { title: "an encrypted server name", risky: false },
  "first-appearance": { title: "seen only lately", risky: false },
};

export interface Signal {
  readonly kind: SignalKind;
  /** What it means and why it is worth a look. */
  readonly reason: string;
  /** What in the observation says so. */
  readonly evidence: string;
  /** Where the rule or the list entry comes from: an RFC, a vendor's page; null where it is arithmetic on the evidence. */
  readonly source: string | null;
}
