/** The package around this code: its data and its version lie beside the code, whether it is built, bundled or as written. */
import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(import.meta.url);

/** The folder of package.json. */
export const PACKAGE: string = packageOf(dirname(HERE));

/** The folder in it that holds all code that is running. */
export const CODE: string = join(PACKAGE, relative(PACKAGE, HERE).split(sep)[0] ?? "");

function packageOf(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : packageOf(dirname(folder));
}
