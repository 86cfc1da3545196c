/** Who decides: said, or as version control knows them, or the login name. */
import { execFileSync } from "node:child_process";
import { InputError } from "../../model/error.ts";

export function whoDecides(given: string | null): string {
  const who = (given ?? gitAddress() ?? process.env["USER"] ?? "").trim();
  if (!/^[^\p{Cc}\p{Cs}]{1,200}$/u.test(who)) throw new InputError("--by is needed: who decides, in one line");
  return who;
}

function gitAddress(): string | null {
  try {
    const said = execFileSync("git", ["config", "user.email"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
    });
    return said.trim() || null;
  } catch {
    return null;
  }
}
