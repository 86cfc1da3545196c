/** The target istio: reading what is in force, printing a candidate. */
export { istioPrinter } from "./print.ts";
export { istioReader, sniffIstio } from "./read.ts";
