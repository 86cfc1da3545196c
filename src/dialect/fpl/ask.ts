/** A plain destination as the forward proxy would ask the engine about it. */
import type { Question } from "../../model/policy.ts";
import type { Asked } from "./decide.ts";
import { unknown, type Value } from "./expr/value.ts";

export const CONNECT = "proxy/connect";
export const HTTP = "proxy/http";

/** What the proxy asks the engine for a tunnel: what a CONNECT does not say is known to be empty. */
export function askedOf(question: Question): Asked {
  const host: Value = question.name ?? question.address ?? unknown("string");
  const shared: readonly (readonly [string, Value])[] = [
    ["host", host],
    ["port", question.port ?? unknown("int")],
    ...IN_EVERY_REQUEST.map((key) => [key, unknown("any")] as const),
    ["headers", unknown("map")],
  ];
  const isHttp = question.access === "http";
  const said = isHttp && question.request !== undefined ? Object.entries(question.request) : [];
  const args = new Map<string, Value>([...shared, ...(isHttp ? HTTP_ARGS : CONNECT_ARGS), ...said]);
  return { tool: isHttp ? HTTP : CONNECT, args };
}

/** Filled by the proxy with what it finds out about the client and the destination. */
const IN_EVERY_REQUEST = [
  "resolved_ip",
  "hardening_mode",
  "client_pid",
  "client_executable",
  "client_executable_sha256",
  "process",
] as const;

const CONNECT_ARGS: readonly (readonly [string, Value])[] = [
  ["method", "CONNECT"],
  ["path", ""],
  ["query", new Map()],
  ["target", unknown("string")],
];

const HTTP_ARGS: readonly (readonly [string, Value])[] = [
  ["method", unknown("string")],
  ["url", unknown("string")],
  ["path", unknown("string")],
  ["query", unknown("map")],
];
