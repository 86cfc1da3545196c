// Marks the built command executable; tsc writes plain files and npm links the path as it is.
import { chmodSync } from "node:fs";

chmodSync(new URL("../dist/cli/main.js", import.meta.url), 0o755);
