/** The target squid: reading what is in force, printing a candidate. */
export { squidPrinter } from "./print.ts";
export { squidReader, sniffSquid } from "./read.ts";
