/** The interface a packet came in through or leaves by. */
import type { Reader } from "./reading.ts";
import { printOption } from "../write.ts";

/** A name, or its beginning and `+`. */
export function networkInterface(way: "in" | "out"): Reader {
  return (option) => {
    const names = [(option.words[0] ?? "").replace(/\+$/, "*")];
    return [{ kind: "interface", direction: way, names, negated: option.negated, text: printOption(option) }];
  };
}
