/** The target awf: reading what is in force, printing a candidate. */
export { awfPrinter } from "./print.ts";
export { awfReader, sniffAwf } from "./read.ts";
