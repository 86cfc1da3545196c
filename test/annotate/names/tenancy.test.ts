import { describe, expect, test } from "vitest";
import { factsOf, spansTenants } from "../../../src/annotate/names/tenancy.ts";

describe("who owns a name", () => {
  test.each([
    ["api.openai.com", "registered", "openai.com"],
    ["www.bbc.co.uk", "registered", "bbc.co.uk"],
    ["corp.blob.core.windows.net", "assigned", "corp.blob.core.windows.net"],
    ["deep.corp.queue.core.windows.net", "assigned", "corp.queue.core.windows.net"],
    ["bucket.s3.amazonaws.com", "assigned", "bucket.s3.amazonaws.com"],
    ["bucket.s3.eu-west-1.amazonaws.com", "assigned", "bucket.s3.eu-west-1.amazonaws.com"],
    ["d111111abcdef8.cloudfront.net", "assigned", "d111111abcdef8.cloudfront.net"],
    ["app.team.workers.dev", "assigned", "team.workers.dev"],
    [
      "docker-images.0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com",
      "assigned",
      "0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com",
    ],
    ["0123.eu.r2.cloudflarestorage.com", "assigned", "0123.eu.r2.cloudflarestorage.com"],
    ["app.azurewebsites.net", "assigned", "app.azurewebsites.net"],
    ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", "assigned", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"],
    ["b.s3.us-west-000.backblazeb2.com", "assigned", "b.s3.us-west-000.backblazeb2.com"],
    ["storage.googleapis.com", "path", "storage.googleapis.com"],
    ["s3.eu-west-1.amazonaws.com", "path", "s3.eu-west-1.amazonaws.com"],
    ["s3.amazonaws.com", "path", "s3.amazonaws.com"],
    ["raw.githubusercontent.com", "path", "raw.githubusercontent.com"],
    ["generativelanguage.googleapis.com", "registered", "generativelanguage.googleapis.com"],
    ["pipelines.actions.githubusercontent.com", "registered", "actions.githubusercontent.com"],
    ["sts.eu-west-1.amazonaws.com", "registered", "amazonaws.com"],
    ["wal-17.internal", "private", "wal-17.internal"],
    ["a.b.local", "private", "b.local"],
  ])("%s is %s, owned at %s", (name, kind, owned) => expect(factsOf(name)).toMatchObject({ kind, owned }));

  test.each(["github.io", "blob.core.windows.net", "queue.core.windows.net", "co.uk", "metrics"])(
    "nobody owns %s itself",
    (name) => expect(factsOf(name).owned).toBeNull(),
  );
});

describe("a pattern ending in", () => {
  test.each([
    ["blob.core.windows.net"],
    ["core.windows.net"],
    ["windows.net"],
    ["s3.amazonaws.com"],
    ["s3.eu-west-1.amazonaws.com"],
    ["eu-west-1.amazonaws.com"],
    ["amazonaws.com"],
    ["cloudfront.net"],
    ["workers.dev"],
    ["r2.cloudflarestorage.com"],
    ["cloudflarestorage.com"],
    ["azurewebsites.net"],
    ["storage.googleapis.com"],
    ["googleapis.com"],
    ["githubusercontent.com"],
    ["github.io"],
    ["com"],
    ["co.uk"],
  ])("%s spans tenants", (tail) => expect(spansTenants(tail)).not.toBeNull());

  test.each([
    ["openai.com"],
    ["actions.githubusercontent.com"],
    ["corp.blob.core.windows.net"],
    ["bucket.s3.amazonaws.com"],
    ["team.workers.dev"],
    ["internal"],
    ["bbc.co.uk"],
  ])("%s is one owner's", (tail) => expect(spansTenants(tail)).toBeNull());
});
