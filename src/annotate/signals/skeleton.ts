/** What a label looks like at a glance: letters of other alphabets and digits as the Latin letters they are taken for (UTS 39). */
import { decodePunycode } from "./punycode.ts";

/** Small Cyrillic, Greek, Armenian and Latin letters that are drawn like a letter of ASCII, and that letter. */
const CONFUSABLES: ReadonlyMap<string, string> = new Map(
  [
    ["a", "\u0430\u03b1\u0251"],
    ["b", "\u044c\u0184\u13cf"],
    ["c", "\u0441\u03f2\u1d04"],
    ["d", "\u0501\u217e"],
    ["e", "\u0435\u04bd\u212e"],
    ["g", "\u0261\u0581\u018d"],
    ["h", "\u04bb\u0570"],
    ["i", "\u0456\u03b9\u0131\u04cf"],
    ["j", "\u0458\u03f3"],
    ["k", "\u043a\u03ba"],
    ["l", "\u04cf\u01c0\u217c"],
    ["m", "\u043c\u217f"],
    ["n", "\u0578\u057c\u03b7"],
    ["o", "\u043e\u03bf\u0585\u0d20\u101d"],
    ["p", "\u0440\u03c1\u2374"],
    ["q", "\u051b\u0563"],
    ["r", "\u0433\u1d26"],
    ["s", "\u0455\u1d0f"],
    ["t", "\u0442\u03c4"],
    ["u", "\u057d\u03c5\u028b"],
    ["v", "\u03bd\u0475\u2174"],
    ["w", "\u051d\u0461\u0561"],
    ["x", "\u0445\u03c7\u2179"],
    ["y", "\u0443\u03b3\u04af"],
    ["z", "\u1d22\u0290"],
  ].flatMap(([letter = "", others = ""]) => Array.from(others, (other) => [other, letter] as const)),
);

/** The letters a label is taken for, marks left out; null for one that is no Unicode label at all. */
export function readAs(label: string): string | null {
  if (!label.startsWith("xn--")) return label;
  const decoded = decodePunycode(label.slice(4));
  if (decoded === null) return null;
  const bare = decoded.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  return Array.from(bare, (char) => CONFUSABLES.get(char) ?? char).join("");
}

/** What a label is to the eye that is all ASCII there and is not in truth; null for others, as German or French ones are. */
export function disguised(label: string): string | null {
  const decoded = label.startsWith("xn--") ? decodePunycode(label.slice(4)) : null;
  const seen = Array.from(decoded ?? "", (char) => CONFUSABLES.get(char) ?? char).join("");
  return seen !== decoded && /^[a-z0-9-]+$/.test(seen) ? seen : null;
}

/** Two labels with one skeleton are easily taken for each other, digits and pairs of letters included. */
export function skeleton(label: string): string {
  return label
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replaceAll("cl", "d")
    .replaceAll("0", "o")
    .replaceAll("5", "s")
    .replaceAll(/[1i|]/g, "l");
}
