/** Ports: one, a range, or the list of `multiport`. */
import type { Box } from "../../packet/box.ts";
import { symbolValue } from "../../packet/symbol.ts";
import type { Option } from "../tree.ts";
import { type Reader, refuse, within } from "./reading.ts";

export function ports(field: "sport" | "dport"): Reader {
  return (option) => {
    const boxes = portBoxes(option);
    // `! --dport 0:65535` never holds by iptables-legacy and always by iptables-nft (1.8.9), which leaves the question out.
    if (option.negated && boxes?.some(([range]) => range?.first === 0n && range.last === 65_535n)) return null;
    return boxes && [within(option, [field], boxes)];
  };
}

/** Source or destination: the destination alone may decide it, the source is not known. */
export const eitherPort: Reader = (option) => {
  const boxes = portBoxes(option);
  return boxes && [within(option, ["dport"], boxes, true)];
};

function portBoxes(option: Option): Box[] | null {
  const boxes: Box[] = [];
  for (const part of (option.words[0] ?? "").split(",")) {
    const [from = "", to = from] = part.split(":");
    const [first, last] = [portOf(option, from, 0n), portOf(option, to, 65_535n)];
    if (first === null || last === null) return null;
    if (last < first) return refuse(option, "a range that does not end before it begins");
    boxes.push([{ first, last }]);
  }
  return boxes;
}

function portOf(option: Option, text: string, open: bigint): bigint | null {
  if (text === "") return open;
  if (!/^\d+$/.test(text)) return symbolValue("service", text);
  const value = BigInt(text);
  return value > 65_535n ? refuse(option, "a port") : value;
}
