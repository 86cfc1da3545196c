/** Errors as a user sees them: known ones in one line and exit 2, everything else a bug and exit 3. */
import { InputError } from "../model/error.ts";
import { plain } from "../report/escape.ts";

const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "no space left on the device",
  EROFS: "the file system is read-only",
  EMFILE: "too many open files",
  ESPIPE: "can be read only once, from its beginning",
  ELOOP: "too many links",
  ENAMETOOLONG: "the name is too long",
};

/** The system's own word for what went wrong, in prose. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    return SYSTEM[error.code] ?? error.code;
  }
  throw error;
}

/** Prints the error and says the exit code. */
export function report(error: unknown, print: (text: string) => void): 2 | 3 {
  if (error instanceof InputError) {
    print(`sallyport: ${plain(error.message)}`);
    return 2;
  }
  print(
    `sallyport: this is a bug, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 3;
}
