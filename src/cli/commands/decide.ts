/** `sallyport decide`: what would this policy do. */
import { parseAddress } from "../../model/address.ts";
import { InputError } from "../../model/error.ts";
import type { Transport } from "../../model/flow.ts";
import { parseFqdn } from "../../model/fqdn.ts";
import type { Decision, Layer, Question } from "../../model/policy.ts";
import { json, plain } from "../../report/index.ts";
import { decideRaw, layersOf } from "../../dialect/index.ts";
import type { Command, ExitCode } from "../command.ts";
import type { Context } from "../context.ts";
import { readPolicies } from "../files.ts";
import { readable, readingOf } from "../includes.ts";
import {
  askerOf,
  ASKER_OPTIONS,
  type Arguments,
  flag,
  list,
  nowOf,
  printOptionsOf,
  READING_OPTIONS,
  STAND_OPTIONS,
  text,
} from "../options.ts";
import { standardInput } from "../stored.ts";
import { linesByChunk } from "../text-lines.ts";

/** No tool's arguments come near it. */
const MAX_DEPTH = 64;

const TRANSPORTS: readonly Transport[] = ["tcp", "udp", "sctp", "icmp", "icmpv6"];

export const decideCommand: Command = {
  usage: "decide <policy> [transport] [host] [port]",
  describe: "what would this policy do; without a destination: questions as JSONL on standard input",
  options: {
    ...STAND_OPTIONS,
    ...ASKER_OPTIONS,
    ...READING_OPTIONS,
    beside: {
      type: "string",
      array: true,
      requiresArg: true,
      describe: "another file of the same policy: the other family's rules, the sets of ipset (repeat)",
    },
  },
  async run(args, context): Promise<ExitCode> {
    const path = text(args, "policy") ?? "";
    const paths = [path, ...list(args, "beside")];
    const [layer, other] = layersOf(
      readable(readPolicies(paths), paths, readingOf(args)),
      printOptionsOf(text(args, "hook"), text(args, "source"), text(args, "interface")),
      askerOf(args),
    );
    if (!layer) throw new InputError(`${path}: no policy`);
    if (other)
      throw new InputError(`--beside: a policy is in one dialect, not in ${layer.dialect} and ${other.dialect}`);
    const now = nowOf(args);
    if (text(args, "transport") === null) {
      if (paths.includes("-")) throw new InputError("-: standard input is the policy or the questions, not both");
      await answerLines(layer, now, context);
      return 0;
    }
    const question = questionOf(args);
    const decision = layer.decide(question, now);
    context.print(flag(args, "json") ? `${json({ ...question, ...decision })}\n` : `${prose(decision)}\n`);
    return 0;
  },
};

/** In order, and as they come: who asks may wait for an answer before the next question, or ask for millions. */
async function answerLines(layer: Layer, now: number, { print, taken }: Context): Promise<void> {
  let number = 0;
  for await (const lines of linesByChunk(standardInput(), "stdin")) {
    print(lines.map((line) => `${json(answerLine(layer, line, ++number, now))}\n`).join(""));
    await taken();
  }
}

function prose({ verdict, rule, reason }: Decision): string {
  // A reason may be a comment out of somebody's policy.
  return plain(`${verdict}  ${rule ?? "default"}  ${reason}`);
}

function questionOf(args: Arguments): Question {
  const transport = TRANSPORTS.find((known) => known === text(args, "transport"));
  if (transport === undefined) throw new InputError(`transport: expected one of ${TRANSPORTS.join(", ")}`);
  const host = text(args, "host");
  if (host === null) throw new InputError("a destination is a transport, an address or name, and a port");
  const address = parseAddress(host.replace(/^\[(.*)\]$/, "$1"));
  const name = address === null ? parseFqdn(host) : null;
  if (address === null && name === null) throw new InputError(`${host}: neither an address nor a host name`);
  const port = text(args, "port");
  if (port !== null && !/^\d{1,5}$/.test(port)) throw new InputError(`port: expected 0 to 65535, not ${port}`);
  if (port === null && !transport.startsWith("icmp")) throw new InputError(`${transport} needs a port`);
  return { transport, address, name, port: port === null ? null : portOf(Number(port)) };
}

function portOf(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InputError(`port: expected 0 to 65535, not ${port}`);
  return port;
}

/** The input's fields and the verdict; a line that asks nothing sensible is `unknown` with its number. */
function answerLine(layer: Layer, line: string, number: number, now: number): object {
  let fields: Record<string, unknown> = {};
  try {
    fields = fieldsOf(line);
    return { ...fields, ...decideFields(layer, fields, now) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { ...fields, line: number, verdict: "unknown", rule: null, reason: `line ${number}: ${error.message}` };
  }
}

/** @throws InputError for what is no object, or nests so deep that whoever walks it, we or the reader, may fall. */
function fieldsOf(line: string): Record<string, unknown> {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    throw new InputError("not a JSON object");
  }
  if (!isRecord(fields)) throw new InputError("not a JSON object");
  if (isDeeper(fields, MAX_DEPTH)) throw new InputError(`nests deeper than ${MAX_DEPTH}`);
  return fields;
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}

/** A raw request, as the proxy would send it, or a plain destination. */
function decideFields(layer: Layer, fields: Record<string, unknown>, now: number): Decision {
  // A call without arguments is one with none.
  const { tool, args = {} } = fields;
  if (tool === undefined) return layer.decide(readQuestion(fields), now);
  if (typeof tool !== "string" || !isRecord(args)) throw new InputError("a raw request is a tool and its args");
  const decision = decideRaw(layer, { tool, args }, now);
  if (decision === null) throw new InputError(`${layer.dialect} does not decide tool calls`);
  return decision;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readQuestion(fields: Record<string, unknown>): Question {
  const transport = TRANSPORTS.find((known) => known === fields["transport"]);
  if (transport === undefined) throw new InputError("transport is missing or unknown");
  const address = typeof fields["address"] === "string" ? parseAddress(fields["address"]) : null;
  const name = typeof fields["name"] === "string" ? parseFqdn(fields["name"]) : null;
  if (typeof fields["address"] === "string" && address === null) throw new InputError("address is no address");
  if (typeof fields["name"] === "string" && name === null) throw new InputError("name is no host name");
  if (address === null && name === null) throw new InputError("neither address nor name");
  const port = fields["port"] ?? null;
  if (port === null) return { transport, address, name, port };
  if (typeof port !== "number") throw new InputError("port is no number");
  return { transport, address, name, port: portOf(port) };
}
