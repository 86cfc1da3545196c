/** The target harden-runner: reading what is in force, printing a candidate. */
export { hardenRunnerPrinter } from "./print.ts";
export { hardenRunnerReader, sniffHardenRunner } from "./read.ts";
