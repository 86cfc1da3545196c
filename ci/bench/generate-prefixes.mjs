// A deterministic list of IPv4 prefixes as route tables have them: `node generate-prefixes.mjs FILE COUNT SEED`.
import { writeFileSync } from "node:fs";

const [file, count, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
let state = seed >>> 0 || 1;
const random = () => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
};

const LENGTHS = [20, 22, 24, 24, 24, 28, 30, 32, 32];
const lines = Array.from({ length: count }, () => {
  const length = LENGTHS[random() % LENGTHS.length];
  const base = (random() & (length === 32 ? -1 : ~(2 ** (32 - length) - 1))) >>> 0;
  return `${base >>> 24}.${(base >>> 16) & 255}.${(base >>> 8) & 255}.${base & 255}/${length}\n`;
});
writeFileSync(file, lines.join(""));
