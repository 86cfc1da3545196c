/** What connection tracking knows of a new connection: its state and its direction. */
import { type Box, point } from "../../packet/box.ts";
import { CT_STATE } from "../../packet/packet.ts";
import { constant, type Reader, refuse, within } from "./reading.ts";

/** The state of a new connection is NEW; whether its address was translated on the way is not known. */
export const conntrackState: Reader = (option) => {
  const boxes: Box[] = [];
  let translated = false;
  for (const name of (option.words[0] ?? "").toLowerCase().split(",")) {
    if (name === "snat" || name === "dnat") translated = true;
    else if (isState(name)) boxes.push([point(CT_STATE[name])]);
    else return refuse(option, "NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED, SNAT or DNAT");
  }
  return [within(option, ["ctState"], boxes, translated)];
};

function isState(name: string): name is keyof typeof CT_STATE {
  return Object.hasOwn(CT_STATE, name);
}

export const conntrackDirection: Reader = (option) =>
  constant(option, (option.words[0] ?? "").toUpperCase() === "ORIGINAL");
