/** A version for lists whose publisher states none: it changes exactly when the list does. */
import { createHash } from "node:crypto";

export function digestVersion(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}
