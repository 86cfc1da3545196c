/** Reads addresses once each: a log names few, over and over, and equal ones then share one string. */
import { type Address, parseAddress } from "../../model/address.ts";

/** Beyond this many the log is a scan, and remembering helps nobody. */
const MAX_REMEMBERED = 100_000;

export class AddressReader {
  private readonly known = new Map<string, Address | null>();

  read(text: string): Address | null {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const address = parseAddress(text);
    // Longer texts are no addresses, and not worth keeping.
    if (this.known.size < MAX_REMEMBERED && text.length <= 45) this.known.set(text, address);
    return address;
  }
}
