/** Every list dialect, by its name. */
import type { ListTarget } from "../../model/candidate.ts";
import { awfPrinter, awfReader, sniffAwf } from "../awf/index.ts";
import { ciliumPrinter, ciliumReader, sniffCilium } from "../cilium/index.ts";
import { envoyPrinter, envoyReader, sniffEnvoy } from "../envoy/index.ts";
import { hardenRunnerPrinter, hardenRunnerReader, sniffHardenRunner } from "../harden-runner/index.ts";
import { istioPrinter, istioReader, sniffIstio } from "../istio/index.ts";
import { kubernetesPrinter, kubernetesReader, sniffKubernetes } from "../kubernetes/index.ts";
import { sandboxRuntimePrinter, sandboxRuntimeReader, sniffSandboxRuntime } from "../sandbox-runtime/index.ts";
import { sniffSquid, squidPrinter, squidReader } from "../squid/index.ts";
import type { ListReader } from "./list.ts";
import type { ListPrinter } from "./print.ts";

export interface ListDialect {
  readonly sniff: (text: string) => boolean;
  readonly reader: ListReader;
  readonly printer: ListPrinter;
}

export const LIST_DIALECTS: Readonly<Record<ListTarget, ListDialect>> = {
  kubernetes: { sniff: sniffKubernetes, reader: kubernetesReader, printer: kubernetesPrinter },
  cilium: { sniff: sniffCilium, reader: ciliumReader, printer: ciliumPrinter },
  istio: { sniff: sniffIstio, reader: istioReader, printer: istioPrinter },
  squid: { sniff: sniffSquid, reader: squidReader, printer: squidPrinter },
  envoy: { sniff: sniffEnvoy, reader: envoyReader, printer: envoyPrinter },
  awf: { sniff: sniffAwf, reader: awfReader, printer: awfPrinter },
  "harden-runner": { sniff: sniffHardenRunner, reader: hardenRunnerReader, printer: hardenRunnerPrinter },
  "sandbox-runtime": { sniff: sniffSandboxRuntime, reader: sandboxRuntimeReader, printer: sandboxRuntimePrinter },
};
