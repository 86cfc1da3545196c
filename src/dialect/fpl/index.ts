/** FPL, the policy language of Faramesh: parse, print, load, decide. */
import type { PolicyFile } from "../contract.ts";
import { loadPolicy } from "./load.ts";
import { parseTree } from "./parse.ts";
import type { FplDocument } from "./tree.ts";

/** @throws PolicySyntaxError for everything the engine would refuse to load. */
export function parseFpl(file: PolicyFile): FplDocument {
  const document = parseTree(file);
  loadPolicy([document]);
  return document;
}

export { decideRequest, type FplLayer, loadFpl, type RawRequest } from "./layer.ts";
export { fplDifferences } from "./differences.ts";
export { fixFpl, lintFpl } from "./lint/index.ts";
export { printDocument } from "./print.ts";
export { printFpl } from "./emit.ts";
export { printStages } from "./stages.ts";
export type { FplDocument } from "./tree.ts";
export { sniffFpl } from "./sniff.ts";
