/** Which family a rules file is for: by its name, else as the user says, else by what stands in it, else both. */
import type { Family } from "../../model/address.ts";
import type { RulesFile } from "./tree.ts";

/** Words only one of the two tools takes. */
const ONLY: readonly (readonly [Family, RegExp])[] = [
  [6, /^(icmpv6|ipv6-icmp|icmp6|hbh|frag|eui64|icmp6-.*)$/],
  [4, /^(icmp|icmp-.*)$/],
];

const ADDRESS_FLAGS: ReadonlySet<string> = new Set([
  "-s",
  "-d",
  "--source",
  "--src",
  "--destination",
  "--dst",
  "--src-range",
  "--dst-range",
]);

/** `said`: what the user says of a file whose name does not tell. */
export function familiesOf(rules: RulesFile, said?: Family): readonly Family[] {
  const name = rules.file.slice(rules.file.lastIndexOf("/") + 1);
  if (/(?<![a-z0-9])(ip)?v6(?!\d)|ip6/i.test(name)) return [6];
  if (/(?<![a-z0-9])(ip)?v4(?!\d)|ip4/i.test(name)) return [4];
  const family = said ?? familyInside(rules);
  return family === null ? [4, 6] : [family];
}

function familyInside(rules: RulesFile): Family | null {
  for (const item of rules.tables.flatMap(({ items }) => items)) {
    for (const { flag, words } of item.kind === "rule" ? item.options : []) {
      const word = words[0] ?? "";
      if (ADDRESS_FLAGS.has(flag)) {
        if (word.includes(":")) return 6;
        if (/^[\d.]+(\/|-|,|$)/.test(word)) return 4;
      }
      const only = ONLY.find(([, pattern]) => pattern.test(word));
      if (only !== undefined && ["-p", "--protocol", "-m", "--match", "--reject-with"].includes(flag)) return only[0];
    }
  }
  return null;
}
