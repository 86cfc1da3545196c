import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PublishedLists } from "../../../src/cli/prefixes/lists.ts";
import { type Updated, type UpdateOptions, updateLists } from "../../../src/cli/prefixes/update.ts";
import { address, instant } from "../../support/build.ts";
import { folder, MAIN } from "../../support/sallyport.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Handler = () => {};
let asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.url}${request.headers["if-none-match"] === undefined ? "" : " with a tag"}`);
  answer(request, response);
});
let mirror = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
});

const list = (...addresses: string[]): string => JSON.stringify({ addresses, ipv6_addresses: [] });
const LIST = list("192.0.2.0/24");
const tagged: Handler = (request, response) => {
  const etag = '"1"';
  if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
  else response.writeHead(200, { etag }).end(LIST);
};
const update = async (into: string, more: Partial<UpdateOptions> = {}): Promise<Updated> => {
  const [done] = await updateLists({
    supply: { kind: "mirror", url: mirror },
    into,
    providers: ["fastly"],
    acceptShrink: [],
    shipped: () => null,
    limits: { bytes: 10_000, milliseconds: 2000 },
    now: instant("2026-11-21T00:00:00Z"),
    notice: () => {},
    ...more,
  });
  if (done === undefined) throw new Error("no list was asked for");
  return done;
};
/** What is said without where. */
const failure = async (handler: Handler, limits = { bytes: 10_000, milliseconds: 2000 }): Promise<string> => {
  answer = handler;
  const { outcome, said } = await update(folder(), { limits });
  expect(outcome).toBe("failed");
  return said.replace(`${mirror}/fastly.json: `, "");
};
const sentTo =
  (location: string): Handler =>
  (request, response) => {
    if (request.url === "/fastly.json") response.writeHead(302, { location }).end();
    else response.end(LIST);
  };

describe("a server that sends its caller on", () => {
  test.each([
    "file:///etc/passwd",
    "data:application/json,{}",
    "ftp://lists.example/fastly.json",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://10.0.0.1/",
    "http://0x7f000002/",
    "http://2130706434/",
    "http://localhost/",
    "http://a.localhost./",
    "http://user:secret@lists.example/",
    "http://[",
    "",
  ])("to %j is not followed", async (location) => {
    expect(await failure(sentTo(location))).toBe("a redirect that is not followed");
    expect(asked).toEqual(["/fastly.json"]);
  });

  test("to another place of its own is followed, and not without end", async () => {
    answer = sentTo("/elsewhere");
    expect((await update(folder())).outcome).toBe("updated");
    let hops = 0;
    const further: Handler = (_, response) => response.writeHead(307, { location: `/${++hops}` }).end();
    expect(await failure(further)).toBe("more than 3 redirects");
  });

  test("without saying where is not followed", async () => {
    expect(await failure((_, response) => response.writeHead(302).end())).toBe("a redirect that is not followed");
  });
});

describe("an answer that would not end", () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000, 0x20));
  test("is cut off behind the limit, as it is after decompression", async () => {
    expect(bomb.length).toBeLessThan(30_000);
    const limits = { bytes: 100_000, milliseconds: 2000 };
    const said = await failure(
      (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
      limits,
    );
    expect(said).toBe("larger than 100000 bytes");
  });

  test("is cut off as well when it was packed twice", async () => {
    const twice = gzipSync(bomb);
    const encoding = { "content-encoding": "gzip, gzip" };
    expect(await failure((_, response) => response.writeHead(200, encoding).end(twice))).toBe(
      "larger than 10000 bytes",
    );
  });

  test.each([
    ["said to be large", { "content-length": "1000000000000" }],
    ["of unknown length", {}],
  ])("is cut off where it is %s", async (_, headers) => {
    const flood: Handler = (__, response) => {
      response.writeHead(200, headers);
      const more = (): void => {
        while (!response.destroyed && response.write(" ".repeat(65_536))) {
          // As much as it takes.
        }
      };
      response.on("drain", more);
      more();
    };
    expect(await failure(flood)).toBe("larger than 10000 bytes");
  });

  test("is given up where it drips, however often something comes", async () => {
    const drip: Handler = (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    };
    expect(await failure(drip, { bytes: 10_000, milliseconds: 300 })).toBe("no whole answer within 0.3 s");
  });

  test("is given up where every redirect comes late", async () => {
    const late: Handler = (_, response) =>
      void setTimeout(() => response.writeHead(302, { location: "/x" }).end(), 150);
    expect(await failure(late, { bytes: 10_000, milliseconds: 300 })).toBe("no whole answer within 0.3 s");
  });

  test("is refused where it is packed in no known way", async () => {
    const said = await failure((_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(LIST));
    expect(said).toMatch(/^(the answer was cut off|cannot be fetched)/);
  });
});

describe("a kept list that is not what it was", () => {
  const kept = async (): Promise<{ into: string; path: string }> => {
    const into = folder();
    answer = tagged;
    expect((await update(into)).outcome).toBe("updated");
    asked = [];
    const name = readdirSync(into).find((each) => each.startsWith("fastly-")) ?? "";
    return { into, path: join(into, name) };
  };

  test.each<[string, (path: string) => void]>([
    ["altered", (path) => writeFileSync(path, readFileSync(path, "utf8").replace("192.0.2", "198.51.100"))],
    ["cut short", (path) => writeFileSync(path, readFileSync(path).subarray(0, -3))],
    ["gone", (path) => rmSync(path)],
  ])("because it was %s is used by nobody, and fetched again though the server has no other", async (_, spoil) => {
    const { into, path } = await kept();
    spoil(path);
    expect(() => new PublishedLists(into).index()).toThrow(/SHA-256 differs|no such file/);
    expect((await update(into)).outcome).toBe("updated");
    expect(asked).toEqual(["/fastly.json"]);
    expect(new PublishedLists(into).index().lookup(address("192.0.2.7"))).toHaveLength(1);
  });

  test("and one that is whole is not fetched again", async () => {
    const { into } = await kept();
    expect((await update(into)).outcome).toBe("unchanged");
    expect(asked).toEqual(["/fastly.json with a tag"]);
  });

  test("by a manifest that names a file elsewhere is refused", async () => {
    const { into, path } = await kept();
    const manifest = join(into, "manifest.json");
    const name = path.slice(path.lastIndexOf("/") + 1);
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(name, `../${name}`));
    await expect(update(into)).rejects.toThrow("manifest.json: snapshots[0].file is missing or malformed");
  });
});

describe("a folder to keep lists in", () => {
  const names = (into: string): string[] => readdirSync(into).sort();

  test("that cannot be written to is left as it was", async () => {
    answer = tagged;
    const into = folder();
    const spoilt = folder();
    await update(spoilt);
    const name = names(spoilt).find((each) => each.startsWith("fastly-")) ?? "";
    mkdirSync(join(into, name));
    await expect(update(into)).rejects.toThrow(`${name} is not a file`);
    expect(names(into)).toEqual([name]);
  });

  test("is written through no link", async () => {
    answer = tagged;
    const [into, other] = [folder(), folder({ "mine.json": "mine" })];
    await update(into);
    const manifest = readFileSync(join(into, "manifest.json"), "utf8");
    writeFileSync(join(other, "manifest.json"), manifest);
    rmSync(join(into, "manifest.json"));
    symlinkSync(join(other, "manifest.json"), join(into, "manifest.json"));
    await update(into, { now: instant("2026-12-01T00:00:00Z") });
    expect(readFileSync(join(other, "manifest.json"), "utf8")).toBe(manifest);
  });

  test("that several write to at once has the lists of all", async () => {
    const providers = ["fastly", "atlassian", "linode", "vultr"];
    const from = folder({
      "fastly.json": LIST,
      "atlassian.json": JSON.stringify({
        creationDate: "2026-11-01T00:00:00.000000",
        items: [
          {
            cidr: "198.51.100.0/24",
            mask: 24,
            network: "198.51.100.0",
            region: ["global"],
            product: ["jira"],
            direction: ["egress"],
          },
        ],
      }),
      "linode.csv": "203.0.113.0/24,US,US-NJ,Newark,\n",
      "vultr.json": JSON.stringify({
        "geo-format": "RFC 8805",
        subnets: [{ ip_prefix: "192.0.2.0/24", alpha2code: "US", region: "US-NJ", city: "x", postal_code: "" }],
      }),
    });
    const into = join(folder(), "lists");
    const codes = await Promise.all(
      providers.map(async (name) => {
        const args = [MAIN, "prefixes", "update", name, "--from", from, "--into", into, "--accept-shrink", name];
        const [code] = (await once(spawn(process.execPath, args, { stdio: "ignore" }), "close")) as [number];
        return code;
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    const kept = new PublishedLists(into);
    expect(
      kept.listed
        .filter(({ isShipped }) => !isShipped)
        .map(({ snapshot }) => snapshot.provider)
        .sort(),
    ).toEqual(providers.toSorted());
    expect(() => kept.index()).not.toThrow();
    expect(names(into).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("a folder of lists from somebody else", () => {
  const from = async (make: (path: string) => void): Promise<Updated> => {
    const given = folder();
    make(join(given, "fastly.json"));
    return update(folder(), { supply: { kind: "folder", path: given } });
  };

  test("whose list is a link to a list is read", async () => {
    const real = folder({ "real.json": LIST });
    expect((await from((path) => symlinkSync(join(real, "real.json"), path))).outcome).toBe("updated");
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ["a device without end", (path) => symlinkSync("/dev/zero", path), /: not a file$/],
    ["a pipe", (path) => void execFileSync("mkfifo", [path]), /: not a file$/],
    ["a folder", (path) => mkdirSync(path), /: not a file$/],
    ["a link to itself", (path) => symlinkSync(path, path), /: /],
    ["too large", (path) => writeFileSync(path, " ".repeat(10_001)), /: larger than 10000 bytes$/],
  ])("whose list is %s is refused", async (_, make, message) => {
    const { outcome, said } = await from(make);
    expect(outcome).toBe("failed");
    expect(said).toMatch(message);
  });
});
