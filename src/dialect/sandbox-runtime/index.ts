/** The target sandbox-runtime: reading what is in force, printing a candidate. */
export { sandboxRuntimePrinter } from "./print.ts";
export { sandboxRuntimeReader, sniffSandboxRuntime } from "./read.ts";
