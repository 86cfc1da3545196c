/** Whose packet it is: the user and group that opened the socket, or whether there is a socket at all. */
import { printOption } from "../write.ts";
import { symbolValue } from "../../packet/symbol.ts";
import { type Reader, within } from "./reading.ts";

export function owner(field: "uid" | "gid"): Reader {
  return (option) => {
    const [from = "", to = from] = (option.words[0] ?? "").split("-");
    const [first, last] = [from, to].map((text) =>
      /^\d{1,10}$/.test(text) ? BigInt(text) : symbolValue("user", text),
    );
    if (first === undefined || first === null || last === undefined || last === null) return null;
    return [within(option, [field], [[{ first, last }]])];
  };
}

/** What the host itself sends came through no interface, and out of a socket; what it forwards has neither. */
export const socketExists: Reader = (option) => [
  { kind: "interface", direction: "in", names: ["*"], negated: !option.negated, text: printOption(option) },
];
