/**
 * Whether a request asks for the same as one before it on its connection, told from its bytes alone. A client that
 * keeps its connection sends thousands of them, and making text of each would cost more than all the other packets.
 */

import { latin1 } from "../bytes.ts";

const [LF, CR, SPACE, TAB, SLASH, COLON] = [10, 13, 32, 9, 47, 58];
const LENGTH_FIELD = bytesOf("content-length");
const VERSION = bytesOf(" HTTP/1.");
const DNS = bytesOf("dns-");
const MAX_METHOD = 24;
/** More than a scheme and a host come to. */
const MAX_PREFIX = 300;

/** How a request said what it was for, as it was written. */
export interface Asked {
  /** `http://host:port` of a whole URL; empty where the target is a path. */
  readonly prefix: Uint8Array;
  /** The Host line with its end; empty where there is none. */
  readonly host: Uint8Array;
}

/** `http://host:port` of a request for a whole URL, empty for one for a path; null where no request begins. */
export function prefixOf(bytes: Uint8Array): string | null {
  const target = targetOf(bytes);
  if (target < 0) return null;
  return bytes[target] === SLASH ? "" : latin1(bytes, target, prefixEnd(bytes, target));
}

/** What a whole request at the front of `bytes` asked for; null where that is not to be compared so simply. */
export function askedBy(bytes: Uint8Array): Asked | null {
  const target = targetOf(bytes);
  if (target < 0) return null;
  const prefix = bytes.slice(target, prefixEnd(bytes, target));
  let host = bytes.slice(0, 0);
  let at = bytes.indexOf(LF, target) + 1;
  while (at > 0 && at < bytes.length && bytes[at] !== CR && bytes[at] !== LF) {
    const end = bytes.indexOf(LF, at) + 1;
    if (isHost(bytes, at)) {
      if (host.length > 0) return null;
      host = bytes.slice(at, end);
    }
    at = end;
  }
  return { prefix, host };
}

/**
 * How long the request at the front is, with its body, if it asks for the same; 0 where it does not, is not whole, or
 * has anything about it that takes a closer look.
 */
export function lengthAgain(asked: Asked, bytes: Uint8Array): number {
  const target = targetOf(bytes);
  if (target < 0 || !startsAt(bytes, target, asked.prefix)) return 0;
  const path = target + asked.prefix.length;
  if (bytes[path] !== SLASH) return 0;
  let at = bytes.indexOf(LF, path) + 1;
  // ` HTTP/1.1` and the line's end.
  if (at - 11 < path || bytes[at - 2] !== CR || !startsAt(bytes, at - 11, VERSION)) return 0;
  let hosts = 0;
  let length = -1;
  for (;;) {
    const end = bytes.indexOf(LF, at) + 1;
    if (end === 0 || bytes[end - 2] !== CR) return 0;
    if (end - at === 2) break;
    switch ((bytes[at] ?? 0) | 0x20) {
      case SPACE: // a line that goes on with the one before it
      case TAB | 0x20:
        return 0;
      case 0x68: // h
        if (!isHost(bytes, at)) break;
        if (hosts++ > 0 || !startsAt(bytes, at, asked.host)) return 0;
        break;
      case 0x61: // a, of Accept
        if (bytes[at + 6] === COLON && mentionsDns(bytes, at, end)) return 0;
        break;
      case 0x63: // c, of Content-Type and Content-Length
        if (bytes[at + 12] === COLON && mentionsDns(bytes, at, end)) return 0;
        if (bytes[at + 14] !== COLON || !isLike(bytes, at, LENGTH_FIELD)) break;
        if (length >= 0) return 0;
        length = number(bytes, at + 15, end - 2);
        if (length < 0) return 0;
        break;
      case 0x74: // t, of Transfer-Encoding
        if (bytes[at + 17] === COLON) return 0;
    }
    at = end;
  }
  if (hosts !== (asked.host.length > 0 ? 1 : 0)) return 0;
  return at + 2 + Math.max(0, length);
}

/** Where the target begins, behind a method other than CONNECT; -1 where no request begins. */
function targetOf(bytes: Uint8Array): number {
  let at = 0;
  while (at < MAX_METHOD && (bytes[at] ?? 0) >= 0x41 && (bytes[at] ?? 0) <= 0x5a) at++;
  const isConnect = at === 7 && bytes[0] === 0x43;
  return at === 0 || isConnect || bytes[at] !== SPACE ? -1 : at + 1;
}

/** The end of `scheme://authority`, or `target` itself where a path stands there. */
function prefixEnd(bytes: Uint8Array, target: number): number {
  if (bytes[target] === SLASH) return target;
  let at = target;
  for (let slashes = 0; at < target + MAX_PREFIX; at++) if (bytes[at] === SLASH && ++slashes === 3) return at;
  return target;
}

function isHost(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 4] === COLON && isLike(bytes, at, HOST_FIELD);
}

const HOST_FIELD = bytesOf("host");

function startsAt(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** `startsAt` with a prefix of lower case, whatever the case of the bytes. */
function isLike(bytes: Uint8Array, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) {
    const byte = bytes[at + i] ?? 0;
    if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== prefix[i]) return false;
  }
  return true;
}

function mentionsDns(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (isLike(bytes, at, DNS)) return true;
  return false;
}

/** Digits, at most nine, after blanks; -1 for anything else. */
function number(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === SPACE) at++;
  if (at === to || to - at > 9) return -1;
  let value = 0;
  for (; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
