/** The names a condition can use: what the engine puts into its environment, and of which type. */
import { BOOL, FLOAT, INT, MAP, STRING, type Type } from "./type.ts";

/** Maps are open: any field may be asked for, and one that is not there is nil. */
export const NAMES: Readonly<Record<string, Type>> = {
  args: MAP,
  vars: MAP,
  session: MAP,
  tool: MAP,
  principal: MAP,
  delegation: MAP,
  time: MAP,
  amount: FLOAT,
  cmd: STRING,
  host: STRING,
  path: STRING,
  tool_name: STRING,
  recipients: INT,
};

export interface EnvironmentFunction {
  readonly params: readonly Type[];
  readonly variadic: boolean;
  readonly result: Type;
}

const takes = (result: Type, ...params: readonly Type[]): EnvironmentFunction => ({ params, variadic: false, result });

/** `contains` is there too, but expr-lang's operator of that name makes it unreachable. */
export const FUNCTIONS: Readonly<Record<string, EnvironmentFunction>> = {
  purpose: takes(BOOL, STRING),
  history_contains_within: takes(BOOL, STRING, INT),
  history_sequence: { params: [STRING], variadic: true, result: BOOL },
  history_tool_count: takes(INT, STRING),
  deny_count_within: takes(INT, INT),
  args_array_len: takes(INT, STRING),
  args_array_contains: takes(BOOL, STRING, STRING),
  args_array_any_match: takes(BOOL, STRING, STRING),
};

/** What only the running engine knows: the fields of each of these maps, and their types. */
export const RUNTIME_FIELDS: Readonly<Record<string, Readonly<Record<string, Type>>>> = {
  session: {
    call_count: INT,
    history: { kind: "list", item: MAP },
    cost_usd: FLOAT,
    daily_cost_usd: FLOAT,
    tokens_session: INT,
    tokens_daily: INT,
    intent_class: STRING,
  },
  tool: { reversibility: STRING, blast_radius: STRING, tags: { kind: "list", item: STRING } },
  principal: { id: STRING, tier: STRING, role: STRING, org: STRING, verified: BOOL },
  delegation: { depth: INT, origin_agent: STRING, origin_org: STRING, agent_identity_verified: BOOL },
};
