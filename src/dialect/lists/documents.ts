/** Objects as YAML documents, with a comment above each and above the items of their lists. */
import { Document, isMap, isSeq, isScalar, type Node } from "yaml";

/** Where the comment above a value is kept, out of the way of its fields. */
const REMARK = Symbol("remark");

/** A value with what a reviewer should read above it. */
export function remarked(text: string, value: object): object {
  return Object.assign(value, { [REMARK]: text });
}

/** `comments` stand at the head of the file. */
export function documentsText(comments: readonly string[], objects: readonly object[]): string {
  const head = comments.map((line) => `# ${line}\n`).join("");
  return head + objects.map((object) => `---\n${documentText(object)}`).join("");
}

/** Lines are never folded: what stands on one line is compared on one line. */
export function documentText(value: unknown): string {
  const document = new Document(undefined, { aliasDuplicateObjects: false });
  document.contents = nodeOf(document, value) as never;
  return document.toString({ lineWidth: 0 });
}

function nodeOf(document: Document, value: unknown): Node {
  const node = document.createNode(value);
  remark(node, value);
  return node;
}

/** Goes down the value and its node together; the comment of an item stands above it. */
function remark(node: unknown, value: unknown): void {
  if (typeof value !== "object" || value === null || isScalar(node)) return;
  if (isSeq(node) && Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const child = node.items[i] as Node | undefined;
      const text = remarkOf(item);
      if (child !== undefined && text !== null) child.commentBefore = ` ${text}`;
      remark(child, item);
    }
    return;
  }
  if (!isMap(node)) return;
  for (const { key, value: child } of node.items) {
    const item = (value as Readonly<Record<string, unknown>>)[String(isScalar(key) ? key.value : key)];
    const text = remarkOf(item);
    if (isScalar(key) && text !== null) key.commentBefore = ` ${text}`;
    remark(child, item);
  }
}

function remarkOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const text: unknown = (value as { [REMARK]?: unknown })[REMARK];
  return typeof text === "string" ? text : null;
}
