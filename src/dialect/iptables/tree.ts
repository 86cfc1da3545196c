/** The lossless tree of iptables-save text: every option with its words, in the order of the file. */
import type { Position } from "../packet/program.ts";

/** `! -d 192.0.2.0/24`: a flag as it was written, and the words up to the next one. */
export interface Option {
  readonly negated: boolean;
  readonly flag: string;
  readonly words: readonly string[];
  readonly at: Position;
}

export type RuleVerb = "append" | "insert" | "delete" | "replace";

export type TableItem =
  /** `:OUTPUT ACCEPT [0:0]`, `-P OUTPUT DROP`, `-N chain`: a policy of `-` means a chain of the user's own. */
  | {
      readonly kind: "chain";
      readonly name: string;
      readonly policy: string;
      readonly counters: string | null;
      readonly at: Position;
    }
  | {
      readonly kind: "rule";
      readonly verb: RuleVerb;
      readonly chain: string;
      /** Where to insert, which one to replace or delete. */
      readonly number: number | null;
      readonly options: readonly Option[];
      readonly counters: string | null;
      readonly at: Position;
    }
  | { readonly kind: "flush"; readonly chain: string | null; readonly at: Position }
  | { readonly kind: "drop-chain"; readonly chain: string | null; readonly at: Position };

export interface Table {
  readonly name: string;
  readonly items: readonly TableItem[];
  readonly at: Position;
}

export interface RulesFile {
  readonly file: string;
  readonly tables: readonly Table[];
}
