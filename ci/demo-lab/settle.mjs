// Moves a capture in time and takes the machine out of it: `node settle.mjs IN OUT STARTED_AT`.
//
// The first packet lands on STARTED_AT, to the microsecond, and every other keeps its distance. Of a pcapng section
// only the program and its interfaces' names, filters and resolutions stay: processor and kernel are nobody's business.
import { readFileSync, writeFileSync } from "node:fs";

const [input, output, startedAt] = process.argv.slice(2);
const bytes = readFileSync(input);

const [whole, fraction] = startedAt.replace("Z", "").split(".");
const wanted = (BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction)) * 1000n;

const MICROSECOND = 1000n;
const magic = bytes.readUInt32LE(0);
if (magic === 0xa1b2c3d4) settlePcap(MICROSECOND);
else if (magic === 0xa1b23c4d) settlePcap(1n);
else if (magic === 0x0a0d0d0a) settlePcapng();
else throw new Error(`${input}: not a capture of this machine's byte order`);

/** In whole microseconds, so that a coarser clock is moved exactly. */
function shiftFrom(first) {
  return ((wanted - first) / MICROSECOND) * MICROSECOND;
}

function settlePcap(unit) {
  let shift;
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
    const time = BigInt(bytes.readUInt32LE(at)) * 1_000_000_000n + BigInt(bytes.readUInt32LE(at + 4)) * unit;
    shift ??= shiftFrom(time);
    const moved = time + shift;
    bytes.writeUInt32LE(Number(moved / 1_000_000_000n), at);
    bytes.writeUInt32LE(Number((moved % 1_000_000_000n) / unit), at + 4);
  }
  writeFileSync(output, bytes);
}

function settlePcapng() {
  const [SECTION, INTERFACE, STATISTICS, PACKET] = [0x0a0d0d0a, 1, 5, 6];
  const kept = { [SECTION]: new Set([4]), [INTERFACE]: new Set([2, 9, 11]), [STATISTICS]: null };
  const bodyLength = { [SECTION]: 16, [INTERFACE]: 8, [STATISTICS]: 12 };
  const units = [];
  const out = [];
  let shift;
  for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at + 4)) {
    const type = bytes.readUInt32LE(at);
    const body = bytes.subarray(at + 8, at + bytes.readUInt32LE(at + 4) - 4);
    if (type === PACKET) {
      shift ??= shiftFrom(timeOf(body, 4));
      move(body, 4);
      out.push(block(type, body));
    } else if (type in kept) {
      const fixed = body.subarray(0, bodyLength[type]);
      const options = optionsOf(body.subarray(bodyLength[type]));
      if (type === INTERFACE) units.push(unitOf(options));
      if (type === STATISTICS) {
        move(fixed, 4);
        for (const { code, value } of options) if (code === 2 || code === 3) move(value, 0);
      }
      // The section's length is unknown to a reader anyway: dumpcap writes -1.
      out.push(
        block(type, Buffer.concat([fixed, ...encode(options.filter(({ code }) => kept[type]?.has(code) ?? true))])),
      );
    }
  }
  writeFileSync(output, Buffer.concat(out));

  function timeOf(body, at) {
    const ticks = (BigInt(body.readUInt32LE(at)) << 32n) | BigInt(body.readUInt32LE(at + 4));
    return ticks * units[0];
  }

  function move(body, at) {
    const ticks = (timeOf(body, at) + (shift ?? 0n)) / units[0];
    body.writeUInt32LE(Number(ticks >> 32n), at);
    body.writeUInt32LE(Number(ticks & 0xffffffffn), at + 4);
  }
}

/** Nanoseconds a tick: if_tsresol is a power of ten; without it ticks are microseconds. */
function unitOf(options) {
  const resolution = options.find(({ code }) => code === 9)?.value[0] ?? 6;
  return 10n ** BigInt(9 - resolution);
}

function optionsOf(body) {
  const options = [];
  for (let at = 0; at + 4 <= body.length;) {
    const [code, length] = [body.readUInt16LE(at), body.readUInt16LE(at + 2)];
    if (code === 0) break;
    options.push({ code, value: body.subarray(at + 4, at + 4 + length) });
    at += 4 + length + padding(length);
  }
  return options;
}

function encode(options) {
  const encoded = options.map(({ code, value }) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(code, 0);
    head.writeUInt16LE(value.length, 2);
    return Buffer.concat([head, value, Buffer.alloc(padding(value.length))]);
  });
  return [...encoded, Buffer.alloc(options.length > 0 ? 4 : 0)];
}

function block(type, body) {
  const [head, tail] = [Buffer.alloc(8), Buffer.alloc(4)];
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(body.length + 12, 4);
  tail.writeUInt32LE(body.length + 12, 0);
  return Buffer.concat([head, body, tail]);
}

function padding(length) {
  return (4 - (length % 4)) % 4;
}
