import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PublishedLists } from "../../../src/cli/prefixes/lists.ts";
import { type Updated, type UpdateOptions, updateLists } from "../../../src/cli/prefixes/update.ts";
import type { Snapshot } from "../../../src/annotate/snapshot.ts";
import { address, instant } from "../../support/build.ts";
import { folder } from "../../support/sallyport.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What the mirror answers, by path; anything else is 404. */
const answers = new Map<string, Handler>();
/** `path` or `path if TAG`, in the order they came. */
let asked: string[] = [];
const server = createServer((request, response) => {
  const tag = request.headers["if-none-match"];
  asked.push(`${request.url}${tag === undefined ? "" : ` if ${tag}`}`);
  const answer = answers.get(request.url ?? "");
  if (answer) answer(request, response);
  else response.writeHead(404).end();
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
  answers.clear();
  asked = [];
});

/** As a server of static files does it: a tag of the content, and 304 for who has it. */
const file =
  (content: string): Handler =>
  (request, response) => {
    const etag = `"${createHash("sha256").update(content).digest("hex").slice(0, 8)}"`;
    if (request.headers["if-none-match"] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag }).end(content);
  };
const fastly = (...addresses: string[]): string => JSON.stringify({ addresses, ipv6_addresses: [] });
const FOUR = ["192.0.2.0/26", "192.0.2.64/26", "192.0.2.128/26", "192.0.2.192/26"];

let notices: string[] = [];
const update = (into: string, more: Partial<UpdateOptions> = {}): Promise<Updated[]> => {
  notices = [];
  return updateLists({
    supply: { kind: "mirror", url: mirror },
    into,
    providers: ["fastly"],
    acceptShrink: [],
    shipped: () => null,
    limits: { bytes: 10_000, milliseconds: 5000 },
    now: instant("2026-11-21T00:00:00Z"),
    notice: (text) => notices.push(text),
    ...more,
  });
};
const brief = (done: readonly Updated[]): string[] =>
  done.map(({ provider, outcome, said }) => `${provider} ${outcome}: ${said.replaceAll(mirror, "MIRROR")}`);
const prefixesOf = (into: string): string[] => {
  const lists = new PublishedLists(into);
  const snapshot = lists.of("fastly") as Snapshot;
  return Buffer.from(lists.bytesOf(snapshot.file)).toString().trimEnd().split("\n").slice(2);
};
const whole = (into: string): string[] =>
  readdirSync(into)
    .sort()
    .map((name) => `${name}\n${readFileSync(join(into, name), "utf8")}`);

describe("prefixes update from a mirror", () => {
  test("fetches, checks and keeps a list with its digest, its tag and where it is from", async () => {
    const into = join(folder(), "new/lists");
    answers.set("/fastly.json", file(fastly(...FOUR)));
    expect(brief(await update(into))).toEqual([
      expect.stringMatching(/^fastly updated: sha256:[0-9a-f]{12}, 4 prefixes$/),
    ]);
    const lists = new PublishedLists(into);
    expect(lists.of("fastly")).toMatchObject({
      fetchedAt: "2026-11-21T00:00:00.000000Z",
      origin: `${mirror}/fastly.json`,
      sources: [{ url: `${mirror}/fastly.json`, etag: expect.stringMatching(/^"[0-9a-f]{8}"$/) }],
    });
    expect(
      lists
        .index()
        .lookup(address("192.0.2.77"))
        .map((tag) => tag.prefix),
    ).toEqual(["192.0.2.64/26"]);
    // The other providers are those shipped.
    expect(lists.index().lookup(address("52.218.0.1"))[0]).toMatchObject({ provider: "aws", service: "S3" });
  });

  test("asks whether the list is another, and leaves all but the date as it is where it is not", async () => {
    const into = folder();
    answers.set("/fastly.json", file(fastly(...FOUR)));
    await update(into);
    const before = whole(into);
    const later = instant("2026-12-24T00:00:00Z");
    expect((await update(into, { now: later })).map(({ outcome }) => outcome)).toEqual(["unchanged"]);
    expect(asked).toEqual(["/fastly.json", expect.stringMatching(/^\/fastly\.json if "[0-9a-f]{8}"$/)]);
    const day = (text: string): string => text.replaceAll("2026-12-24", "2026-11-21");
    expect(whole(into).map(day)).toEqual(before);
    expect(new PublishedLists(into).of("fastly")?.fetchedAt).toBe("2026-12-24T00:00:00.000000Z");
  });

  test("tells the same content under no tag at all by its digest", async () => {
    const into = folder();
    answers.set("/fastly.json", (_, response) => response.end(fastly(...FOUR)));
    await update(into);
    expect((await update(into)).map(({ outcome }) => outcome)).toEqual(["unchanged"]);
  });

  test("fetches the part that did not change where the other one did", async () => {
    const into = folder();
    const providers = ["cloudflare"];
    answers.set("/cloudflare-v4.txt", file("192.0.2.0/24\n"));
    answers.set("/cloudflare-v6.txt", file("2001:db8::/32\n"));
    await update(into, { providers });
    answers.set("/cloudflare-v6.txt", file("2001:db8::/32\n2001:db9::/32\n"));
    asked = [];
    expect((await update(into, { providers }))[0]?.said).toMatch(/3 prefixes$/);
    expect(asked.filter((one) => one === "/cloudflare-v4.txt")).toHaveLength(1);
    const tags = new PublishedLists(into).index().lookup(address("192.0.2.1"));
    expect(tags.map((tag) => tag.prefix)).toEqual(["192.0.2.0/24"]);
  });

  test("follows a redirect", async () => {
    const into = folder();
    answers.set("/fastly.json", (_, response) => response.writeHead(302, { location: "/moved" }).end());
    answers.set("/moved", file(fastly(...FOUR)));
    expect((await update(into)).map(({ outcome }) => outcome)).toEqual(["updated"]);
  });

  test("tells what was left out of a list", async () => {
    answers.set("/fastly.json", file(fastly(...FOUR, "0.0.0.0/0", "hello")));
    await update(folder());
    expect(notices).toEqual(["fastly: 1 entry left out: too-wide", "fastly: 1 entry left out: not-a-prefix"]);
  });
});

describe("an answer that cannot be used leaves the list as it is:", () => {
  test.each<[string, Handler, string]>([
    ["too large", (_, response) => response.end(" ".repeat(10_001)), "MIRROR/fastly.json: larger than 10000 bytes"],
    [
      "cut off",
      (_, response) => {
        response.writeHead(200, { "content-length": "5000" });
        response.write(fastly(...FOUR));
        setTimeout(() => response.destroy(), 20);
      },
      "MIRROR/fastly.json: the answer was cut off",
    ],
    [
      "of another shape",
      (_, response) => response.end('{"prefixes":[]}'),
      "MIRROR/fastly.json: addresses is not an array",
    ],
    ["a page", (_, response) => response.end("<html>"), "MIRROR/fastly.json: not a JSON document"],
    ["not text", (_, response) => response.end(Buffer.from([0xff, 0xfe, 0x7b])), "MIRROR/fastly.json: not UTF-8 text"],
    ["empty", (_, response) => response.end(fastly()), "MIRROR/fastly.json: no usable prefix of fastly in it"],
    ["an error", (_, response) => response.writeHead(503).end(), "MIRROR/fastly.json: the server answers 503"],
    ["unasked-for 304", (_, response) => response.writeHead(304).end(), "MIRROR/fastly.json: the server answers 304"],
    [
      "a loop",
      (_, response) => response.writeHead(302, { location: "/fastly.json" }).end(),
      "MIRROR/fastly.json: more than 3 redirects",
    ],
    [
      "a redirect to a file",
      (_, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
      "MIRROR/fastly.json: a redirect that is not followed",
    ],
    ["late", () => {}, "MIRROR/fastly.json: no whole answer within 0.3 s"],
  ])("%s", async (_, handler, message) => {
    const into = folder();
    answers.set("/fastly.json", file(fastly("198.51.100.0/24")));
    await update(into);
    const before = whole(into);
    answers.set("/fastly.json", handler);
    // Without a tag nobody can answer that nothing changed.
    const manifest = join(into, "manifest.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").replace(/"etag": "[^\n]*"/, '"etag": null'));
    const late = handler.length === 0 && message.includes("within");
    const limits = { bytes: 10_000, milliseconds: late ? 300 : 5000 };
    const [line = ""] = brief(await update(into, { limits }));
    expect(line.startsWith(`fastly failed: ${message}`)).toBe(true);
    expect(whole(into).filter((text) => !text.startsWith("manifest"))).toEqual(
      before.filter((text) => !text.startsWith("manifest")),
    );
  });

  test("nobody there", async () => {
    const into = join(folder(), "none");
    const supply = { kind: "mirror", url: "http://127.0.0.1:1" } as const;
    const [line = ""] = brief(await update(into, { supply }));
    expect(line).toMatch(/^fastly failed: http:\/\/127\.0\.0\.1:1\/fastly\.json: cannot be fetched \(/);
    expect(existsSync(into)).toBe(false);
  });

  test("one list that fails keeps no other from being renewed", async () => {
    const into = folder();
    answers.set("/fastly.json", file(fastly(...FOUR)));
    const done = await update(into, { providers: ["aws", "fastly"] });
    expect(done.map(({ provider, outcome }) => `${provider} ${outcome}`)).toEqual(["aws failed", "fastly updated"]);
  });
});

describe("a list that shrank by more than half", () => {
  test("is refused, and taken when it is accepted by name", async () => {
    const into = folder();
    answers.set("/fastly.json", file(fastly(...FOUR)));
    await update(into);
    answers.set("/fastly.json", file(fastly("192.0.2.0/26")));
    expect(brief(await update(into))).toEqual([
      "fastly failed: fastly: 1 prefixes, and 4 before: --accept-shrink fastly takes it as it is",
    ]);
    expect(brief(await update(into, { acceptShrink: ["aws"] }))[0]).toContain("failed");
    expect(prefixesOf(into)).toEqual(FOUR);
    expect(brief(await update(into, { acceptShrink: ["fastly"] }))[0]).toContain("updated");
    expect(prefixesOf(into)).toEqual(["192.0.2.0/26"]);
  });

  test("by half or less is taken", async () => {
    const into = folder();
    answers.set("/fastly.json", file(fastly(...FOUR)));
    await update(into);
    answers.set("/fastly.json", file(fastly(...FOUR.slice(2))));
    expect(brief(await update(into))[0]).toContain("updated");
  });

  test("is compared with the shipped one where there is none yet", async () => {
    answers.set("/fastly.json", file(fastly(...FOUR)));
    const shipped = (provider: string): Snapshot | null => new PublishedLists(null).of(provider);
    expect(brief(await update(folder(), { shipped }))[0]).toContain("4 prefixes, and 21 before");
  });
});

describe("prefixes update from a folder", () => {
  test("takes what is there, and asks nobody", async () => {
    const from = folder({ "fastly.json": fastly(...FOUR), "azure.json": '{"changeNumber":7,"values":[]}' });
    const done = await update(folder(), { supply: { kind: "folder", path: from }, providers: [] });
    expect(brief(done)).toEqual([
      "azure failed: azure.json: no usable prefix of azure in it",
      expect.stringMatching(/^fastly updated/),
    ]);
    expect(asked).toEqual([]);
  });

  test("says which list is not in it", async () => {
    const from = folder();
    const supply = { kind: "folder", path: from } as const;
    expect(brief(await update(folder(), { supply }))[0]).toBe(
      `fastly failed: ${join(from, "fastly.json")}: no such file or folder`,
    );
    await expect(update(folder(), { supply, providers: [] })).rejects.toThrow("none of the lists is in the folder");
  });
});

test("a publisher whose address changes is not asked", async () => {
  expect(brief(await update(folder(), { supply: { kind: "publishers" }, providers: ["azure"] }))).toEqual([
    "azure failed: azure: its address changes with each version: use --mirror or --from",
  ]);
});

test("files of the version before stay for one update, those before it go", async () => {
  const into = folder();
  for (const last of ["0", "64", "128"]) {
    answers.set("/fastly.json", file(fastly(`192.0.2.${last}/26`)));
    await update(into);
  }
  expect(readdirSync(into).filter((name) => name.startsWith("fastly-"))).toHaveLength(2);
});
