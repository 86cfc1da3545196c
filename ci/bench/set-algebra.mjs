// Union or difference of two lists of IPv4 prefixes, printed as prefixes: `set-algebra.mjs union|difference FILE FILE`.
import { readFileSync, writeSync } from "node:fs";
import { Addresses } from "../../out/modules/model/set/addresses.js";

/** `192.0.2.0/24` on each line; a line without a length is one address. */
function read(path) {
  const bytes = readFileSync(path);
  // No line is shorter than `1.1.1.1` and its end.
  const room = Math.ceil((bytes.length + 1) / 8);
  const firsts = new Uint32Array(room);
  const lasts = new Uint32Array(room);
  let [count, base, part, length, digits] = [0, 0, 0, -1, 0];
  const end = bytes.length;
  for (let i = 0; i <= end; i++) {
    const byte = i < end ? bytes[i] : 10;
    if (byte === 46) [base, part] = [base * 256 + part, 0];
    else if (byte === 47) [base, part, length] = [base * 256 + part, 0, 0];
    else if (byte !== 10) [part, digits] = [part * 10 + byte - 48, digits + 1];
    else if (digits > 0) {
      const bits = length < 0 ? 32 : part;
      const first = length < 0 ? base * 256 + part : base;
      firsts[count] = first;
      lasts[count++] = first + 2 ** (32 - bits) - 1;
      [base, part, length, digits] = [0, 0, -1, 0];
    }
  }
  return Addresses.ofV4(firsts.subarray(0, count), lasts.subarray(0, count));
}

const [operation, one, other] = process.argv.slice(2);
const decimal = Array.from({ length: 256 }, (_, value) => Buffer.from(String(value)));
const out = Buffer.alloc(1 << 20);
let used = 0;
const put = (value, end) => {
  for (const byte of decimal[value]) out[used++] = byte;
  out[used++] = end;
};

for (const { base, length } of read(one).combine(operation, read(other)).blocks()) {
  put(base >>> 24, 46);
  put((base >>> 16) & 255, 46);
  put((base >>> 8) & 255, 46);
  put(base & 255, 47);
  put(length, 10);
  if (used > out.length - 32) {
    writeSync(1, out, 0, used);
    used = 0;
  }
}
writeSync(1, out, 0, used);
