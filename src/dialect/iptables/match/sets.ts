/** `-m set --match-set NAME src,dst`: membership in the sets that ipset files bring. */
import { at as place } from "../../../model/error.ts";
import { ANYTHING, type Box, BoxSet, point } from "../../packet/box.ts";
import { PROTOCOL } from "../../packet/packet.ts";
import type { Condition, ElementNote, Field } from "../../packet/program.ts";
import { type Piece, piecesOf } from "../ipset/region.ts";
import type { Dimension, IpSet } from "../ipset/tree.ts";
import type { Option } from "../tree.ts";
import { printOption } from "../write.ts";
import { constant, type Reader, refuse, type Scope, within } from "./reading.ts";

type Direction = "src" | "dst";

/** More directions than the kernel takes. */
const MOST_DIRECTIONS = 6;

export const setMembership: Reader = (option, scope) => {
  const [name = "", written = ""] = option.words;
  const directions = written.split(",").filter((word): word is Direction => word === "src" || word === "dst");
  if (directions.length === 0 || directions.length !== written.split(",").length || directions.length > MOST_DIRECTIONS)
    return refuse(option, "the name of a set, and src or dst for each of its parts");
  const set = scope.sets.find(name);
  if (set === null) return [{ kind: "opaque", text: `${printOption(option)}: no file creates the set ${name}` }];
  const wrong =
    scope.family !== null && set.type !== "list:set" && set.type !== "bitmap:port" && set.family !== scope.family;
  if (wrong)
    return refuse(option, `a set for IPv${scope.family}, and ${printPlace(set)} creates one for IPv${set.family}`);
  const filled = scope.sets.filled(name);
  const members = set.type === "list:set" ? set.members.map((member) => scope.sets.find(member)) : [set];
  const found = members.flatMap((member) => (member === null ? [] : [rowsOf(member, directions, scope)]));
  if (filled === "changed" || !found.every((rows) => rows !== null)) return null;
  const rows = found.flat();
  if (rows.length === 0 && filled === null) return constant(option, false);
  return conditionsOf(option, sameFields(rows, scope), filled === "added");
};

function printPlace({ at }: IpSet): string {
  return place(at.file, at.line);
}

/** One piece as a packet is compared with it: the range of each field. */
interface Row {
  readonly ranges: ReadonlyMap<Field, Box[number]>;
  readonly piece: Piece;
}

/** Null where a set cannot be told; no rows where it never matches such a packet. */
function rowsOf(set: IpSet, directions: readonly Direction[], scope: Scope): Row[] | null {
  const pieces = piecesOf(set);
  if (pieces === null || set.dimensions === null || set.type === "list:set") return null;
  // The kernel looks up nothing where a rule names fewer parts than there are, or a packet is of the other family.
  if (directions.length < set.dimensions.length) return [];
  const anyFamily = set.type === "bitmap:port";
  if (!anyFamily && scope.family !== null && scope.family !== set.family) return [];
  const rows: Row[] = [];
  for (const piece of pieces) {
    const ranges = rangesOf(set.dimensions, directions, piece);
    if (ranges === null) continue;
    if (!anyFamily && scope.family === null) ranges.set("family", point(BigInt(set.family)));
    if (!anyFamily) rows.push({ ranges, piece });
    // A bitmap of ports holds those of TCP and UDP, and of nothing else.
    else
      for (const protocol of [PROTOCOL.tcp, PROTOCOL.udp])
        rows.push({ ranges: new Map(ranges).set("protocol", point(protocol)), piece });
  }
  return rows;
}

const ADDRESS = { src: "saddr", dst: "daddr" } as const;
const PORT = { src: "sport", dst: "dport" } as const;

/** Null where two parts ask different things of one field. */
function rangesOf(
  dimensions: readonly Dimension[],
  directions: readonly Direction[],
  { parts }: Piece,
): Map<Field, Box[number]> | null {
  const ranges = new Map<Field, Box[number]>();
  for (const [i, { range, protocol }] of parts.entries()) {
    const direction = directions[i] ?? "dst";
    const field = dimensions[i] === "mark" ? "mark" : dimensions[i] === "port" ? PORT[direction] : ADDRESS[direction];
    const known = ranges.get(field) ?? range;
    const first = known.first > range.first ? known.first : range.first;
    const last = known.last < range.last ? known.last : range.last;
    if (first > last) return null;
    ranges.set(field, { first, last });
    if (protocol !== null) ranges.set("protocol", point(protocol));
  }
  return ranges;
}

interface Table {
  readonly fields: readonly Field[];
  readonly rows: readonly { readonly box: Box; readonly piece: Piece }[];
}

const ORDER: readonly Field[] = ["family", "saddr", "daddr", "protocol", "sport", "dport", "mark"];

/** The sets of a list may look at different fields; what a set does not look at may be anything. */
function sameFields(rows: readonly Row[], { family }: Scope): Table {
  const used = new Set(rows.flatMap(({ ranges }) => [...ranges.keys()]));
  if (used.size === 0 && family !== null) used.add("family");
  const fields = ORDER.filter((field) => used.has(field));
  return {
    fields,
    rows: rows.map(({ ranges, piece }) => ({ piece, box: fields.map((field) => ranges.get(field) ?? ANYTHING) })),
  };
}

/** `open`: rules add to the set, so that absence from the files proves nothing. */
function conditionsOf(option: Option, { fields, rows }: Table, open: boolean): Condition[] {
  const text = printOption(option);
  const sure = rows.filter(({ piece }) => piece.sure);
  const unsure = rows.filter(({ piece }) => !piece.sure);
  const boxes = (of: Table["rows"]): Box[] => of.map(({ box }) => box);
  if (open) return [within(option, fields.length > 0 ? fields : ["family"], boxes(sure), true)];
  if (option.negated) {
    const outside = within(option, fields, boxes(sure));
    return unsure.length === 0 ? [outside] : [outside, perhapsOutside(option, fields, boxes(unsure))];
  }
  const inside = { ...within(option, fields, boxes(rows)), elements: notesOf(rows) };
  if (unsure.length === 0) return [inside];
  // Both hold for what stays; for what may be gone, the second cannot be told.
  return [inside, { ...within(option, fields, boxes(sure), true), text: `${text}: whether an element has expired` }];
}

/** Each element of a set is something a reviewer can point at, unless others have cut it to pieces. */
function notesOf(rows: Table["rows"]): ElementNote[] | null {
  const elements = new Set(rows.map(({ piece }) => piece.element));
  return elements.size < rows.length ? null : rows.map(({ piece: { element } }) => element);
}

/** Outside of the boxes for certain, within them perhaps: a mark that nobody knows stands for what is not known. */
function perhapsOutside(option: Option, fields: readonly Field[], boxes: readonly Box[]): Condition {
  const unknown = boxes.map((box): Box => [...box, point(1n)]);
  const text = `${printOption(option)}: whether an element has expired`;
  return {
    kind: "in",
    fields: [...fields, "mark"],
    set: new BoxSet(unknown),
    negated: true,
    elements: null,
    open: false,
    text,
  };
}
