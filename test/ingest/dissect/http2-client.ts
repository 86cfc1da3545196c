/** What Node's own HTTP/2 client (nghttp2) writes. */
import { connect } from "node:http2";
import { Duplex } from "node:stream";

export type Headers = Readonly<Record<string, string>>;

/** All of one connection up to the end of the last request's fields. */
export async function clientBytes(...requests: readonly Headers[]): Promise<Buffer> {
  let close = (): void => {};
  const bytes = await new Promise<Buffer>((resolve) => {
    let sent = Buffer.alloc(0);
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _, done) {
        sent = Buffer.concat([sent, chunk]);
        if (fragmentsOf(sent).length >= requests.length) resolve(sent);
        done();
      },
    });
    const session = connect("http://unused.example", { createConnection: () => wire });
    close = () => session.destroy();
    session.on("error", () => {});
    for (const headers of requests) {
      const request = session.request(headers);
      request.on("error", () => {});
      if (headers[":method"] !== "CONNECT") request.end();
    }
  });
  close();
  return bytes;
}

/** Of the HEADERS frames that are whole. */
export function fragmentsOf(bytes: Buffer): Buffer[] {
  const fragments: Buffer[] = [];
  let at = 24;
  while (at + 9 <= bytes.length && at + 9 + bytes.readUIntBE(at, 3) <= bytes.length) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    const skip = ((bytes[at + 4] ?? 0) & 0x20) === 0 ? 0 : 5;
    if (bytes[at + 3] === 1) fragments.push(bytes.subarray(at + 9 + skip, end));
    at = end;
  }
  return fragments;
}
