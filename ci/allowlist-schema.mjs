// Writes the JSON Schema of allowlist.yaml, from the schema that the built program reads by.
import { mkdirSync, writeFileSync } from "node:fs";
import { allowlistJsonSchema } from "../out/modules/propose/allowlist/schema.js";

mkdirSync(new URL("../schema/", import.meta.url), { recursive: true });
const file = new URL("../schema/allowlist.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(allowlistJsonSchema(), null, 2)}\n`);
