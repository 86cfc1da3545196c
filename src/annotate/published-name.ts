/** A name that a publisher says its service is reached by: exact, or everything below a domain. */
import { compareText } from "../model/compare.ts";
import { parseFqdn } from "../model/fqdn.ts";

export interface PublishedName {
  /** `github.com`, or `*.github.com` for every name below it. */
  readonly pattern: string;
  readonly service: string;
  /** `tcp/80,443` and `udp/3478-3481`, as far as the publisher tells. */
  readonly ports: readonly string[];
}

/** Null for what is no name, and for a star anywhere but as the whole first label of at least two more. */
export function parsePattern(text: string): string | null {
  const below = text.startsWith("*.") ? text.slice(2) : null;
  const name = parseFqdn(below ?? text);
  if (name === null || (below !== null && !name.includes("."))) return null;
  return below === null ? name : `*.${name}`;
}

/** `80,443` or `3478-3481` behind its transport; null for anything else. */
export function parsePorts(transport: "tcp" | "udp", text: string): string | null {
  const parts = text.split(",").map((part) => part.trim());
  const ranges = parts.map((part) => /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part));
  const fits = ranges.every((match) => {
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    return first >= 1 && first <= last && last <= 65_535;
  });
  return fits ? `${transport}/${ranges.map((match) => match?.[0]).join(",")}` : null;
}

export function compareNames(a: PublishedName, b: PublishedName): number {
  return (
    compareText(a.service, b.service) ||
    compareText(a.ports.join(" "), b.ports.join(" ")) ||
    compareText(a.pattern, b.pattern)
  );
}
