/** What the engine's loader asks of an agent's and the system's blocks beyond their grammar. */
import { PolicySyntaxError } from "../contract.ts";
import { isByteLimit, isPositiveLimit, parseGoDuration } from "./go-number.ts";
import { quoted, type Token } from "./token.ts";
import { type Block, valueOf } from "./tree.ts";

/** A block's fields, the last of a name counting, and the refusal of one. */
class Fields {
  readonly #file: string;
  readonly block: Block;

  constructor(file: string, block: Block) {
    this.#file = file;
    this.block = block;
  }

  value(key: string): string {
    return this.#setting(key)?.values.join("").trim() ?? "";
  }

  #setting(key: string) {
    return this.block.body.filter((node) => node.kind === "setting").findLast((node) => node.key.text === key);
  }

  refuse(token: Token, problem: string): PolicySyntaxError {
    return new PolicySyntaxError(this.#file, token.line, token.column, problem);
  }

  /** @throws unless the value is absent or accepted. */
  require(key: string, accepts: (value: string) => boolean, expected: string): void {
    const value = this.value(key);
    if (value === "" || accepts(value)) return;
    const token = this.#setting(key)?.words[0] ?? this.block.keyword;
    throw this.refuse(token, `found ${key} ${quoted(value)}, expected ${expected}`);
  }
}

const oneOf =
  (...words: readonly string[]) =>
  (value: string): boolean =>
    words.includes(value.toLowerCase());

const isDuration = (value: string): boolean => parseGoDuration(value) !== null;

export function checkSystem(file: string, block: Block): void {
  const fields = new Fields(file, block);
  fields.require("on_policy_load_failure", oneOf("deny_all", "deny"), "deny_all");
  fields.require("kill_switch_default", () => false, "nothing: the loader does not support it");
  fields.require("max_output_bytes", (value) => !value.startsWith("-") || Number(value) === 0, "a number from 0 up");
}

export function checkAgent(file: string, agent: Block): void {
  const blocks = agent.body.filter((node) => node.kind === "block");
  const [, budget] = blocks.filter(({ keyword }) => keyword.text === "budget");
  if (budget) {
    const { line, column } = budget.keyword;
    throw new PolicySyntaxError(file, line, column, "a second budget: the engine loads one");
  }
  for (const block of blocks) {
    const fields = new Fields(file, block);
    const check = Object.hasOwn(CHECKS, block.keyword.text) ? CHECKS[block.keyword.text] : undefined;
    check?.(fields);
  }
}

const CHECKS: Readonly<Record<string, (fields: Fields) => void>> = {
  delegate: (fields) => {
    requireName(fields);
    fields.require("scope", (value) => value.split(":")[0]?.trim() !== "", "a tool pattern");
    fields.require("ttl", isDuration, "a duration in h, m or s (there is no d)");
    fields.require("ceiling", oneOf("inherited", "approval"), "inherited or approval");
  },
  ambient: (fields) => {
    fields.require("on_exceed", oneOf("deny", "defer"), "deny or defer");
    for (const node of fields.block.body) {
      if (node.kind === "setting" && node.key.text !== "on_exceed") requireLimit(fields, node.key);
    }
  },
  selector: (fields) => {
    requireName(fields);
    if (fields.value("source") === "") throw fields.refuse(fields.block.keyword, "a selector needs a source");
    fields.require("cache", isDuration, "a duration in h, m or s");
    fields.require("on_unavailable", oneOf("deny", "defer"), "deny or defer");
    fields.require("on_timeout", oneOf("deny", "defer"), "deny or defer");
  },
  credential: (fields) => {
    const scopes = fields.block.body.filter((node) => node.kind === "setting" && node.key.text === "scope");
    if (!scopes.some((node) => node.kind === "setting" && node.values.length > 0)) {
      throw fields.refuse(fields.block.keyword, "a credential needs at least one scope");
    }
  },
};

function requireName(fields: Fields): void {
  const { keyword, name } = fields.block;
  if (name !== null && valueOf(name).trim() === "") throw fields.refuse(keyword, "its name is empty");
}

const LIMITS: Readonly<Record<string, (value: string) => boolean>> = {
  max_customers_per_day: isPositiveLimit,
  max_calls_per_day: isPositiveLimit,
  max_data_volume: isByteLimit,
};

function requireLimit(fields: Fields, key: Token): void {
  const name = key.text.toLowerCase();
  const accepts = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
  if (!accepts) throw fields.refuse(key, `found limit ${quoted(key.text)}, expected ${Object.keys(LIMITS).join(", ")}`);
  if (!accepts(fields.value(key.text))) throw fields.refuse(key, `the value of ${name} is not a limit above zero`);
}
