/** Marks: rules and programs set them, so only a mask that looks at nothing can be told. */
import { constant, type Reader } from "./reading.ts";

export const mark: Reader = (option) => {
  const [value = "", mask = "0xffffffff"] = (option.words[0] ?? "").split("/");
  return isZero(mask) ? constant(option, isZero(value)) : null;
};

function isZero(text: string): boolean {
  return /^0(x0+|0*)$/i.test(text);
}
