/** The target cilium: reading what is in force, printing a candidate. */
export { ciliumPrinter } from "./print.ts";
export { ciliumReader, sniffCilium } from "./read.ts";
