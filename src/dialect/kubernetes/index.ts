/** The target kubernetes: reading what is in force, printing a candidate. */
export { kubernetesPrinter } from "./print.ts";
export { kubernetesReader, sniffKubernetes } from "./read.ts";
