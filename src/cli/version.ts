/** The version in package.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE } from "./package.ts";

const manifest: unknown = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));

export const VERSION: string =
  typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown";
