/** The target envoy: reading what is in force, printing a candidate. */
export { envoyPrinter } from "./print.ts";
export { envoyReader, sniffEnvoy } from "./read.ts";
