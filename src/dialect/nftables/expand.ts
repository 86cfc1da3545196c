/** Variables: every `$name` replaced by what `define` gave it, where nft would have done so. */
import { at, InputError } from "../../model/error.ts";
import { PolicySyntaxError } from "../contract.ts";
import type { Position } from "../packet/program.ts";
import { shown } from "./token.ts";
import type { DefineNode, Element, Rule, Statement, Target, Value, VerdictStatement } from "./tree.ts";

/** More than any real policy uses; a file whose variables multiply beyond it is hostile. */
const MOST_VALUES = 10_000_000;

interface Definition {
  readonly value: Value;
  /** How many values it stands for. Expanded values are shared, so that counting them again could take for ever. */
  readonly weight: number;
}

/** The variables of a file, or of a block within it. */
export class Scope {
  readonly #definitions = new Map<string, Definition>();
  readonly #outer: Scope | null;
  #spent = 0;

  constructor(outer: Scope | null = null) {
    this.#outer = outer;
  }

  define(node: DefineNode): void {
    if (node.verb === "define" && this.#find(node.name) !== null) {
      const { file, line, column } = node.at;
      throw new PolicySyntaxError(file, line, column, `${shown(node.name)} is defined already; "redefine" changes it`);
    }
    if (node.value === null) this.#definitions.delete(node.name);
    else this.#definitions.set(node.name, { weight: this.#weigh(node.value), value: expandValue(node.value, this) });
  }

  value(name: string, place: Position): Value {
    const definition = this.#find(name);
    if (definition === null) {
      throw new PolicySyntaxError(place.file, place.line, place.column, `nothing defines ${shown(`$${name}`)}`);
    }
    this.#spend(definition.weight, place);
    return definition.value;
  }

  #find(name: string): Definition | null {
    const outer = this.#outer;
    return this.#definitions.get(name) ?? (outer === null ? null : outer.#find(name));
  }

  #spend(weight: number, place: Position): void {
    if (this.#outer !== null) return this.#outer.#spend(weight, place);
    this.#spent += weight;
    if (this.#spent <= MOST_VALUES) return;
    throw new InputError(
      `${at(place.file, place.line, place.column)}: variables multiply to over ${MOST_VALUES} values`,
    );
  }

  #weigh(value: Value): number {
    const all = (values: readonly Value[]): number => values.reduce((sum, each) => sum + this.#weigh(each), 1);
    if (value.kind === "variable") return this.#find(value.name)?.weight ?? 1;
    if (value.kind === "set") return all(value.elements.map(({ key }) => key));
    if (value.kind === "list") return all(value.items);
    if (value.kind === "concat") return all(value.parts);
    if (value.kind === "range") return all([value.from, value.to]);
    return value.kind === "binary" ? all([value.left, value.right]) : 1;
  }
}

/** The rule itself where it has no variables, as nearly all have none: a copy of each would be as large as the file. */
export function expandRule(rule: Rule, scope: Scope): Rule {
  const statements = rule.statements.map((statement) => expandStatement(statement, scope));
  return statements.every((statement, i) => statement === rule.statements[i]) ? rule : { ...rule, statements };
}

function expandStatement(statement: Statement, scope: Scope): Statement {
  if (statement.kind === "match") {
    const right = expandValue(statement.right, scope);
    return right === statement.right ? statement : { ...statement, right };
  }
  if (statement.kind === "vmap") return { ...statement, map: expandValue(statement.map, scope) };
  if (statement.kind === "branch") return { ...statement, target: expandTarget(statement.target, scope, statement.at) };
  return statement;
}

function expandTarget(target: Target, scope: Scope, place: Position): Target {
  switch (target.kind) {
    case "named":
      return target;
    case "inline":
      return { ...target, rules: target.rules.map((rule) => expandRule(rule, scope)) };
    case "variable": {
      const value = scope.value(target.name, place);
      if (value.kind === "word" || value.kind === "quoted") return { kind: "named", name: value.text };
      throw new PolicySyntaxError(place.file, place.line, place.column, `$${target.name} is not the name of a chain`);
    }
    default:
      return target satisfies never;
  }
}

export function expandValue(value: Value, scope: Scope): Value {
  switch (value.kind) {
    case "variable":
      return scope.value(value.name, value.at);
    case "range":
      return { ...value, from: expandValue(value.from, scope), to: expandValue(value.to, scope) };
    case "prefix": {
      const base = expandValue(value.base, scope);
      return base === value.base ? value : { ...value, base };
    }
    case "concat":
      return { ...value, parts: value.parts.map((part) => expandValue(part, scope)) };
    case "list":
      return { ...value, items: value.items.map((item) => expandValue(item, scope)) };
    case "set":
      return { ...value, elements: expandElements(value.elements, scope) };
    case "binary":
      return { ...value, left: expandValue(value.left, scope), right: expandValue(value.right, scope) };
    case "word":
    case "quoted":
    case "reference":
    case "selector":
    case "any":
      return value;
    default:
      return value satisfies never;
  }
}

/** Nothing in it to replace. */
function isPlain(key: Value): boolean {
  return key.kind === "word" || (key.kind === "prefix" && key.base.kind === "word");
}

/** Sets within sets (`{ $lan, 192.0.2.1 }`) become one. */
export function expandElements(elements: readonly Element[], scope: Scope): readonly Element[] {
  if (elements.every((element) => element.data === null && isPlain(element.key))) return elements;
  const flat: Element[] = [];
  for (const element of elements) {
    const key = expandValue(element.key, scope);
    if (key.kind === "set") {
      for (const inner of key.elements) flat.push(inner);
    } else
      flat.push(
        key === element.key && element.data === null ? element : { ...element, key, data: data(element, scope) },
      );
  }
  return flat;
}

/** Variables among bare words, as `priority $first - 5` and `policy $default` have them. */
export function expandWords(words: readonly string[], scope: Scope, place: Position): string[] {
  return words
    .join(" ")
    .replaceAll(/\$ ?([A-Za-z_][A-Za-z0-9_./-]*)/g, (_, name: string) => {
      const value = scope.value(name, place);
      return value.kind === "word" || value.kind === "quoted" ? value.text : "";
    })
    .split(" ");
}

function data(element: Element, scope: Scope): Value | VerdictStatement | null {
  const value = element.data;
  if (value === null || value.kind === "verdict") return value;
  if (value.kind === "branch") return { ...value, target: expandTarget(value.target, scope, value.at) };
  return expandValue(value, scope);
}
