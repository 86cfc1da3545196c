/** The way of a destination through a policy, for a terminal and as JSON. */
import { type Decision, type Layer, type Question, TRAIL_SCHEMA, type TrailStep } from "../model/policy.ts";
import { json, plain } from "./escape.ts";

export interface TrailReport {
  readonly layer: Pick<Layer, "dialect" | "files">;
  readonly question: Question;
  readonly decision: Decision;
  readonly steps: readonly TrailStep[];
}

/** A rule may look into a set that is written out in it; that many characters tell which rule it is. */
const LONGEST_RULE = 160;

export function trailText({ layer, question, decision, steps }: TrailReport): string {
  const { verdict, rule, reason } = decision;
  const way = steps.flatMap((step) => linesOf(step).map((line) => `${"  ".repeat(step.depth + 1)}${plain(line)}`));
  const title = `${destinationOf(question)} by ${layer.dialect}: ${verdict}, ${rule ?? "default"}: ${reason}`;
  return `${[plain(title), ...way].join("\n")}\n`;
}

export function trailJson({ layer, question, decision, steps }: TrailReport): string {
  const { dialect, files } = layer;
  return `${json({ _schema: TRAIL_SCHEMA, layer: dialect, files, ...question, ...decision, steps })}\n`;
}

function linesOf(step: TrailStep): string[] {
  switch (step.kind) {
    case "rule": {
      const { place, action, text, doubt } = step;
      const said = `${place}  ${action}: ${shortened(text)}`;
      return doubt === null ? [said] : [said, `  only if it matches, which cannot be told: ${shortened(doubt)}`];
    }
    case "policy":
      return [step.sure ? step.text : `${step.text}, if it gets here`];
    case "chain":
    case "cut":
      return [step.text];
    default:
      return step satisfies never;
  }
}

function destinationOf({ transport, address, name, port }: Question): string {
  const host = name ?? (address?.includes(":") === true && port !== null ? `[${address}]` : address);
  return `${host}${port === null ? "" : `:${port}`}/${transport}`;
}

const shortened = (text: string): string => (text.length > LONGEST_RULE ? `${text.slice(0, LONGEST_RULE)}…` : text);
