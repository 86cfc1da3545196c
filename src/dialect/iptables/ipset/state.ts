/** The sets that the kernel would hold after ipset files, restored in the order given. */
import { PolicySyntaxError } from "../../contract.ts";
import { widthOf } from "../../../model/prefix.ts";
import type { Word } from "../words.ts";
import { partsOf } from "./element.ts";
import { type Command, type IpSet, TYPES } from "./tree.ts";

/** Longer than the kernel takes, and than any real one. */
const LONGEST_NAME = 31;

export class IpSets {
  readonly #sets = new Map<string, IpSet>();

  readonly #filled = new Map<string, "added" | "changed">();

  /** Rules that add to a set, or take from it, make what files say of it a beginning only. */
  fill(name: string, how: "added" | "changed"): void {
    if (this.#filled.get(name) !== "changed") this.#filled.set(name, how);
  }

  filled(name: string): "added" | "changed" | null {
    return this.#filled.get(name) ?? null;
  }

  find(name: string): IpSet | null {
    return this.#sets.get(name) ?? null;
  }

  /** Commands as `ipset restore -exist` takes them: what is there already is no error. */
  load(commands: readonly Command[]): void {
    for (const command of commands) this.#apply(command);
  }

  #apply(command: Command): void {
    const [name, second] = command.words;
    switch (command.verb) {
      case "create":
        return this.#create(command);
      case "add":
        return this.#add(command, this.#known(command, name));
      case "del": {
        const set = this.#known(command, name);
        set.elements.delete(keyOf(set, second?.text ?? ""));
        const at = set.members.indexOf(second?.text ?? "");
        if (at >= 0) set.members.splice(at, 1);
        return;
      }
      case "flush":
        for (const set of name === undefined ? this.#sets.values() : [this.#known(command, name)]) {
          set.elements.clear();
          set.members.length = 0;
        }
        return;
      case "destroy":
        if (name === undefined) this.#sets.clear();
        else this.#sets.delete(name.text);
        return;
      case "swap":
      case "rename": {
        const from = this.#known(command, name);
        const to = second?.text ?? fail(command, name, "the name of a set");
        const other = command.verb === "swap" ? this.#known(command, second) : undefined;
        this.#sets.set(to, from);
        if (other === undefined) this.#sets.delete(name?.text ?? "");
        else this.#sets.set(name?.text ?? "", other);
        return;
      }
      default:
        command.verb satisfies never;
    }
  }

  #known(command: Command, name: Word | undefined): IpSet {
    return this.#sets.get(name?.text ?? "") ?? fail(command, name, "the name of a set that was created before");
  }

  #create(command: Command): void {
    const [name, type, ...options] = command.words;
    if (name === undefined || name.text.length > LONGEST_NAME) return fail(command, name, "a name of 1 to 31 letters");
    const dimensions = TYPES.get(type?.text ?? "");
    if (dimensions === undefined) return fail(command, type, "a type such as hash:net");
    if (this.#sets.has(name.text)) return;
    const after = (word: string): string | null => {
      const at = options.findIndex(({ text }) => text === word);
      return at < 0 ? null : (options[at + 1]?.text ?? "");
    };
    const family = after("family") === "inet6" || after("-6") !== null ? 6 : 4;
    const netmask = after("netmask");
    const bits = netmask === null ? null : Number(netmask);
    if (bits !== null && !(bits > 0 && bits <= widthOf(family))) return fail(command, type, "a netmask of the family");
    this.#sets.set(name.text, {
      at: command.at,
      type: type?.text ?? "",
      family,
      // A mask of any shape, over addresses or marks: which elements are one, only the kernel tells.
      dimensions: after("bitmask") !== null || after("markmask") !== null ? null : dimensions,
      bits,
      timed: !["0", null].includes(after("timeout")),
      elements: new Map(),
      members: [],
    });
  }

  #add(command: Command, set: IpSet): void {
    const [, key, ...options] = command.words;
    if (key === undefined) return fail(command, command.words[0], "an element");
    if (set.type === "list:set") {
      this.#known(command, key);
      if (!set.members.includes(key.text)) set.members.push(key.text);
      return;
    }
    const parts = partsOf(key.text, set);
    if (parts === null) return fail(command, key, `an element of ${set.type} for IPv${set.family}`);
    const after = (word: string): string | null => {
      const at = options.findIndex(({ text, quoted }) => text === word && !quoted);
      return at < 0 ? null : (options[at + 1]?.text ?? "");
    };
    const timeout = after("timeout");
    set.elements.set(keyOf(set, key.text), {
      at: { ...command.at, column: key.column },
      key: key.text,
      parts: parts === "unknown" ? null : parts,
      nomatch: options.some(({ text, quoted }) => text === "nomatch" && !quoted),
      timed: timeout === null ? set.timed : timeout !== "0",
      comment: after("comment"),
    });
  }
}

/** One element may be written in several ways: `192.0.2.1,80` and `192.0.2.1,tcp:80`. */
function keyOf(set: IpSet, written: string): string {
  const parts = partsOf(written, set);
  if (parts === null || parts === "unknown") return written;
  return parts.map(({ protocol, range }) => `${protocol ?? ""}:${range.first}-${range.last}`).join();
}

function fail({ at }: Command, word: Word | undefined, expected: string): never {
  const found = word === undefined ? "end of line" : JSON.stringify(word.text.slice(0, 40));
  throw new PolicySyntaxError(at.file, at.line, word?.column ?? at.column, `unexpected ${found}, expected ${expected}`);
}
