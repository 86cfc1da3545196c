/** The lossless tree of an nftables file: what the loader would read, in the order it would read it. */
import type { Position } from "../packet/program.ts";

/** Anything that stands for a value: an address, a set, a selector such as `ip daddr`, an expression over them. */
export type Value =
  | { readonly kind: "word"; readonly text: string; readonly at: Position }
  | { readonly kind: "quoted"; readonly text: string; readonly at: Position }
  | { readonly kind: "variable"; readonly name: string; readonly at: Position }
  | { readonly kind: "reference"; readonly name: string; readonly at: Position }
  | { readonly kind: "selector"; readonly words: readonly string[]; readonly at: Position }
  | { readonly kind: "range"; readonly from: Value; readonly to: Value; readonly at: Position }
  | { readonly kind: "prefix"; readonly base: Value; readonly length: string; readonly at: Position }
  | { readonly kind: "concat"; readonly parts: readonly Value[]; readonly at: Position }
  | { readonly kind: "list"; readonly items: readonly Value[]; readonly at: Position }
  | { readonly kind: "set"; readonly elements: readonly Element[]; readonly at: Position }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Value;
      readonly right: Value;
      readonly at: Position;
    }
  | { readonly kind: "any"; readonly at: Position };

export interface Element {
  readonly key: Value;
  readonly timeout: string | null;
  readonly expires: string | null;
  readonly comment: string | null;
  /** Options the analysis does not read (`counter packets 1 bytes 2`), in the words of the file. */
  readonly options: readonly string[];
  /** What a map gives for the key. */
  readonly data: Value | VerdictStatement | null;
}

export type VerdictStatement =
  | {
      readonly kind: "verdict";
      readonly verdict: "accept" | "drop" | "continue" | "return";
      readonly at: Position;
    }
  | { readonly kind: "branch"; readonly verdict: "jump" | "goto"; readonly target: Target; readonly at: Position };

/** A chain by name, by variable, or written in place. */
export type Target =
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "inline"; readonly rules: readonly Rule[] };

export type Operator = "implicit" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "!";

export type Statement =
  | VerdictStatement
  | {
      readonly kind: "match";
      readonly left: Value;
      readonly operator: Operator;
      readonly right: Value;
      readonly at: Position;
    }
  | { readonly kind: "vmap"; readonly key: Value; readonly map: Value; readonly at: Position }
  | { readonly kind: "comment"; readonly text: string; readonly at: Position }
  /** Counters, logs and the like: they change no verdict. */
  | { readonly kind: "note"; readonly words: readonly string[]; readonly at: Position }
  | { readonly kind: "reject"; readonly words: readonly string[]; readonly at: Position }
  /** `limit`, `quota`, `ct count`: what was counted before says whether it holds. */
  | { readonly kind: "limit"; readonly words: readonly string[]; readonly at: Position }
  /** `meta mark set 1`: changes something no condition reads here except marks, which are unknown anyway. */
  | {
      readonly kind: "mangle";
      readonly left: Value;
      readonly value: Value;
      readonly map: Value | null;
      readonly at: Position;
    }
  /** The rest of a rule, from the first word the parser has no grammar for. */
  | { readonly kind: "opaque"; readonly words: readonly string[]; readonly at: Position };

export interface Rule {
  readonly statements: readonly Statement[];
  readonly at: Position;
}

export interface BaseSpec {
  readonly type: string;
  readonly hook: string;
  /** `device "eth0"` or `devices = { … }`, in the words of the file. */
  readonly devices: readonly string[];
  readonly priority: readonly string[];
}

export interface ChainNode {
  readonly kind: "chain";
  readonly name: string;
  readonly base: BaseSpec | null;
  readonly policy: string | null;
  readonly comment: string | null;
  /** `flags offload` and what else the analysis does not read. */
  readonly options: readonly (readonly string[])[];
  readonly defines: readonly DefineNode[];
  readonly rules: readonly Rule[];
  readonly at: Position;
}

export interface SetNode {
  readonly kind: "set" | "map";
  readonly name: string;
  /** `type ipv4_addr . inet_service` or `typeof ip daddr`, after a colon the data. */
  readonly type: SetType | null;
  readonly flags: readonly string[];
  readonly comment: string | null;
  /** `timeout 1h`, `size 100`, `auto-merge`, `counter`: kept in the words of the file. */
  readonly options: readonly (readonly string[])[];
  readonly elements: readonly Element[] | null;
  /** `elements = $name`. */
  readonly elementsFrom: Value | null;
  readonly at: Position;
}

export interface SetType {
  readonly by: "type" | "typeof";
  readonly key: readonly string[];
  readonly data: readonly string[] | null;
}

/** Counters, quotas, limits, helpers, flow tables; of those only quotas and limits say something about rules. */
interface ObjectNode {
  readonly kind: "object";
  readonly words: readonly string[];
  readonly at: Position;
}

export interface DefineNode {
  readonly kind: "define";
  readonly verb: "define" | "redefine" | "undefine";
  readonly name: string;
  readonly value: Value | null;
  readonly at: Position;
}

export interface IncludeNode {
  readonly kind: "include";
  readonly path: string;
  readonly at: Position;
}

export type TableItem = ChainNode | SetNode | ObjectNode | DefineNode | IncludeNode;

export interface TableNode {
  readonly kind: "table";
  readonly family: string;
  readonly name: string;
  readonly options: readonly (readonly string[])[];
  readonly items: readonly TableItem[];
  readonly at: Position;
}

export type Verb = "add" | "create" | "insert" | "delete" | "destroy" | "flush";

/** Commands in the form `add rule inet filter output …`. */
export type Command =
  | TableNode
  | DefineNode
  | IncludeNode
  | { readonly kind: "flush-ruleset"; readonly family: string | null; readonly at: Position }
  | {
      readonly kind: "whole";
      readonly verb: Verb;
      readonly object: "table" | "chain" | "set" | "map";
      readonly family: string;
      readonly table: string;
      readonly name: string | null;
      /** What `add` and `create` declare. */
      readonly node: ChainNode | SetNode | null;
      readonly at: Position;
    }
  | {
      readonly kind: "rule";
      readonly verb: Verb;
      readonly family: string;
      readonly table: string;
      readonly chain: string;
      /** `index 3`, `handle 4`: where to put it, or which one to delete. */
      readonly where: readonly string[];
      readonly rule: Rule | null;
      readonly at: Position;
    }
  | {
      readonly kind: "element";
      readonly verb: Verb;
      readonly family: string;
      readonly table: string;
      readonly name: string;
      readonly elements: Value;
      readonly at: Position;
    }
  /** What changes no rule (`list`, `add counter`), or what the analysis does not follow. */
  | { readonly kind: "other"; readonly words: readonly string[]; readonly harmless: boolean; readonly at: Position };

export interface Ruleset {
  readonly file: string;
  readonly commands: readonly Command[];
}
