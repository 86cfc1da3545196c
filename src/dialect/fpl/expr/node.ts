/** The syntax tree of a condition. */

export type Operator =
  | "and"
  | "or"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "matches"
  | "contains"
  | "startsWith"
  | "endsWith"
  | ".."
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "**";

export type Expr =
  | { readonly kind: "nil" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "name"; readonly name: string }
  /** The element a predicate is asked about, or `index` and `acc` beside it. */
  | { readonly kind: "pointer" }
  | { readonly kind: "list"; readonly items: readonly Expr[] }
  | { readonly kind: "member"; readonly object: Expr; readonly property: Expr }
  | { readonly kind: "slice"; readonly object: Expr; readonly from: Expr | null; readonly to: Expr | null }
  | { readonly kind: "unary"; readonly operator: "not" | "+" | "-"; readonly operand: Expr }
  | { readonly kind: "binary"; readonly operator: Operator; readonly left: Expr; readonly right: Expr }
  /** A function of the engine's environment, or a method. */
  | { readonly kind: "call"; readonly callee: Expr; readonly args: readonly Expr[] }
  /** A function of expr-lang itself. */
  | { readonly kind: "builtin"; readonly name: string; readonly args: readonly Expr[] };
