// A fresh key for Encrypted Client Hello: `node ech.mjs PUBLIC_NAME` prints its ECHConfigList (RFC 9849 §4) as base64.
import { generateKeyPairSync } from "node:crypto";

const [publicName] = process.argv.slice(2);
const [VERSION, X25519_SHA256, HKDF_SHA256, AES_128_GCM] = [0xfe0d, 0x0020, 1, 1];

const short = (...numbers) => Buffer.from(numbers.flatMap((number) => [number >> 8, number & 0xff]));
const counted = (...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([short(body.length), body]);
};

const { x } = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" });
const keyConfig = [
  Buffer.from([1]),
  short(X25519_SHA256),
  counted(Buffer.from(x, "base64url")),
  counted(short(HKDF_SHA256, AES_128_GCM)),
];
const longestName = 64;
const name = [Buffer.from([longestName, publicName.length]), Buffer.from(publicName)];
const noExtensions = counted();
const config = Buffer.concat([short(VERSION), counted(...keyConfig, ...name, noExtensions)]);
console.log(counted(config).toString("base64"));
