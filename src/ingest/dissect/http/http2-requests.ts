/** What the requests of one HTTP/2 connection are for, one after the other (RFC 9113 §8.3.1). */
import { type Behind, type End, type Judge, type Layer, MORE, OTHER, type StreamFlag } from "../verdict.ts";
import { type Block, nextBlock } from "./frames.ts";
import { type Field, HpackDecoder } from "./hpack.ts";
import { isDns, readTarget, tunnelTo } from "./target.ts";
import { Tunnels } from "./tunnels.ts";

/** Ways of asking that are remembered, so that thousands of requests for the same are told once. */
const MAX_ASKED = 256;
/** Longer than any host with its port. */
const MAX_KEY = 300;
/** What an object of this class, its decoder and their empty tables come to. */
const OWN_BYTES = 1024;

const FIELDS: ReadonlySet<string> = new Set([
  ":authority",
  ":method",
  ":protocol",
  ":scheme",
  "accept",
  "content-type",
  "host",
]);

export class Http2Requests implements Behind {
  /** One for all streams: a block that is not read makes those behind it unreadable (RFC 7541 §2.2). */
  readonly #decoder = new HpackDecoder();
  readonly #tunnels = new Tunnels();
  readonly #asked = new Set<string>();
  #askedLength = 0;
  /** It was asked for a tunnel, so the server is a proxy. */
  #isProxy = false;

  get held(): number {
    return OWN_BYTES + 2 * (this.#decoder.weight + this.#askedLength) + this.#tunnels.held;
  }

  /** The connection's first request, at or behind `from`; so far away that it is `overdue`, it is not waited for. */
  first(bytes: Uint8Array, from: number, overdue: number, last: boolean): Layer {
    const block = nextBlock(bytes, from, overdue);
    switch (block.kind) {
      case "malformed":
        return MALFORMED;
      case "whole":
        return this.#whole(block) ?? this.#passed(block.end);
      case "partial":
        return last ? this.#request(this.#decoder.decode(block.fragment)) : MORE;
      case "none":
        return last || block.isOverdue ? this.#passed(block.end) : MORE;
      case "data":
        return this.#passed(block.from);
    }
  }

  /** The next request that is new, or what is said inside a tunnel; `bytes` begin with a frame, or go on with one of a tunnel. */
  read(bytes: Uint8Array, last: boolean, judge: Judge): Layer {
    if (bytes.length === 0) return this.#end(judge);
    let at = 0;
    for (;;) {
      if (this.#tunnels.isWithin) {
        const { length, found } = this.#tunnels.read(bytes.subarray(at), judge);
        at += length;
        if (found) return { ...found, next: at, behind: this };
        if (this.#tunnels.isWithin) return this.#passed(at);
      }
      const block = nextBlock(bytes, at, Infinity, this.#tunnels);
      if (block.kind === "malformed") return MALFORMED;
      if (block.kind === "data") {
        at = block.from;
        this.#tunnels.enter(block);
      } else if (block.kind === "whole") {
        at = block.end;
        const layer = this.#whole(block);
        if (layer) return layer;
      } else if (block.kind === "partial" && last) {
        return flagged(this.#request(this.#decoder.decode(block.fragment)), "requests-unread");
      } else {
        at = block.kind === "none" ? block.end : block.start;
        if (at > 0) return this.#passed(at);
        return last ? OTHER : MORE;
      }
    }
  }

  /** No byte follows: what is inside the tunnels is judged as it is. */
  #end(judge: Judge): Layer {
    const found = this.#tunnels.end(judge);
    return found ? { ...found, next: 0, behind: this } : OTHER;
  }

  #passed(next: number): End {
    return { kind: "end", claims: [], flags: [], next, behind: this };
  }

  /** Null for a request like one before it. After an error or a limit no block behind it can be read. */
  #whole({ fragment, end, stream }: Extract<Block, { kind: "whole" }>): End | null {
    const fields = this.#decoder.decode(fragment);
    switch (this.#decoder.stoppedBy) {
      case "error":
        return flagged(this.#request(fields), "malformed-http2");
      case "limit":
        return flagged(this.#request(fields), "name-limit", "requests-unread");
      case null: {
        const request = this.#request(fields);
        const isUnread = request.tunnel?.kind === "http-connect" && !this.#tunnels.open(stream, request.tunnel);
        if (this.#isKnown(fields)) return null;
        return { ...(isUnread ? flagged(request, "name-limit") : request), next: end, behind: this };
      }
    }
  }

  /** `:authority` overrides Host. */
  #request(list: readonly Field[]): End {
    const fields = fieldsOf(list);
    const authority = fields.get(":authority");
    if (isConnect(fields)) {
      this.#isProxy = true;
      return tunnelTo(authority?.[0] ?? "");
    }
    // What else a proxy is asked for is for other hosts, as whole URLs are in HTTP/1.
    const scheme = this.#isProxy ? fields.get(":scheme")?.[0] : undefined;
    const target = scheme === undefined || authority === undefined ? "" : `${scheme}://${authority[0] ?? ""}`;
    return readTarget(target, authority === undefined ? fields : new Map([...fields, ["host", authority]]));
  }

  #isKnown(list: readonly Field[]): boolean {
    const fields = fieldsOf(list);
    const what = [isConnect(fields), this.#isProxy, isDns(fields)].map(Number);
    const who = [":authority", "host", ":scheme"].map((name) => fields.get(name)?.join("\t"));
    const key = [...what, ...who].join("\n");
    if (this.#asked.has(key)) return true;
    if (this.#asked.size < MAX_ASKED && key.length <= MAX_KEY) {
      this.#asked.add(key);
      this.#askedLength += key.length;
    }
    return false;
  }
}

const MALFORMED: End = { kind: "end", claims: [], flags: ["malformed-http2"] };

function flagged(end: End, ...flags: readonly StreamFlag[]): End {
  return { ...end, flags: [...end.flags, ...flags] };
}

type Fields = ReadonlyMap<string, readonly string[]>;

function fieldsOf(list: readonly Field[]): Fields {
  const fields = new Map<string, string[]>();
  for (const { name, value } of list) {
    if (!FIELDS.has(name)) continue;
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return fields;
}

/** RFC 9113 §8.5; with `:protocol` it is no tunnel to the authority (RFC 8441 §4). */
function isConnect(fields: Fields): boolean {
  return fields.get(":method")?.[0] === "CONNECT" && !fields.has(":protocol");
}
