/** Plays the commands of a transcript again, in a copy of its folder, and writes down what happens. */
import { copyFileSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder, sallyport } from "./sallyport.ts";

/** Lines that begin with `$ ` are commands: `sallyport`, `cat FILE`, `cp FILE FILE`, `same FILE FILE`, and `edit FILE FROM TO` for who tampers. */
export function replay(scenario: string): string {
  const here = folder();
  cpSync(scenario, here, { recursive: true });
  const commands = readFileSync(join(scenario, "transcript.txt"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("$ "));
  return commands.map((command) => `${command}\n${play(command.slice(2), here)}`).join("\n");
}

function play(command: string, here: string): string {
  const [program = "", ...args] = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? "",
  );
  const at = (name = ""): string => join(here, name);
  switch (program) {
    case "sallyport": {
      const { stdout, stderr, code } = sallyport(args, { cwd: here });
      return `${stdout}${stderr}exit ${code}\n`;
    }
    case "cat":
      return readFileSync(at(args[0]), "utf8");
    case "cp":
      copyFileSync(at(args[0]), at(args[1]));
      return "";
    case "same":
      return readFileSync(at(args[0])).equals(readFileSync(at(args[1]))) ? "the same bytes\n" : "other bytes\n";
    case "edit": {
      const [file, from = "", to = ""] = args;
      const text = readFileSync(at(file), "utf8");
      writeFileSync(at(file), text.replace(new RegExp(from, "s"), to));
      return "";
    }
    default:
      throw new Error(`${program} is no command of a transcript`);
  }
}
