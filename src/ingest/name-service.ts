/** Who says a name, by the port that says it: a resolver, or any host of the link. */
import type { DnsAnswer, LinkSource } from "../model/flow.ts";

/** Null for ports where hosts of the link do not speak. Asked of every datagram's source, so it comes without a look-up. */
export function linkSourceAt(port: number): LinkSource | null {
  switch (port) {
    case 5353:
      return "mdns";
    case 5355:
      return "llmnr";
    case 137:
      return "netbios";
    default:
      return null;
  }
}

/** Who answered at which port, and so what the answer is worth; the port is null where that is not told. */
export function spokenBy(
  resolver: DnsAnswer["resolver"],
  resolverPort: number | null,
): Pick<DnsAnswer, "source" | "resolver" | "resolverPort"> {
  const source = (resolverPort === null ? null : linkSourceAt(resolverPort)) ?? "dns";
  return { source, resolver, resolverPort };
}
