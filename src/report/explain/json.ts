/** `sallyport/explanation/v1` as JSON Lines: the flows of a question, then its summary. */
import type { Explained } from "../../model/explanation.ts";
import { json } from "../escape.ts";
import { filtersOf } from "./filter.ts";
import type { ExplainOptions } from "./text.ts";

export function explanationJson({ flows, summary }: Explained, { joined }: ExplainOptions): string {
  const lines = flows.map((flow) => ({ ...flow, filters: filtersOf(flow, joined.has(flow.run)) }));
  return [...lines, summary].map((line) => `${json(line)}\n`).join("");
}
