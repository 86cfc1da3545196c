// Writes a classic little-endian capture to standard output several times over, each time later than the last:
// `repeat-capture.mjs FILE TIMES`. So a pipe can be as long as wanted, and nothing of it lies on a disk.
import { closeSync, openSync, readSync, writeSync } from "node:fs";

const [path, times] = [process.argv[2], Number(process.argv[3])];
if (!path || !Number.isInteger(times) || times < 1) {
  console.error("usage: repeat-capture.mjs FILE TIMES");
  process.exit(2);
}

const FILE_HEADER = 24;
const PACKET_HEADER = 16;
/** Seconds between two rounds: longer than flows that are over are kept, shorter than the answers in it are valid. */
const PAUSE = 60;
const buffer = Buffer.alloc(1 << 20);

function write(bytes) {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

for (let round = 0; round < times; round++) {
  const file = openSync(path, "r");
  let held = readSync(file, buffer, 0, FILE_HEADER, null);
  if (round === 0) write(buffer.subarray(0, held));
  held = 0;
  for (;;) {
    const read = readSync(file, buffer, held, buffer.length - held, null);
    if (read === 0) break;
    held += read;
    let at = 0;
    while (at + PACKET_HEADER <= held) {
      const end = at + PACKET_HEADER + buffer.readUInt32LE(at + 8);
      if (end > held) break;
      buffer.writeUInt32LE(buffer.readUInt32LE(at) + round * PAUSE, at);
      at = end;
    }
    write(buffer.subarray(0, at));
    buffer.copyWithin(0, at, held);
    held -= at;
  }
  closeSync(file);
}
