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
    ["bucket.storage.googleapis.com", "assigned", "bucket.storage.googleapis.com"],
    ["app.scm.azurewebsites.net", "assigned", "app.scm.azurewebsites.net"],
    ["profile-abc.z01.azurefd.net", "assigned", "profile-abc.z01.azurefd.net"],
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
    // A region whose suffix is on the public list, and what stands below it.
    ["kafka.us-east-1.amazonaws.com"],
    ["s3express-use1-az4.us-east-1.amazonaws.com"],
    ["amazoncognito.com"],
    ["auth.eu-west-1.amazoncognito.com"],
    ["on.aws"],
    ["scm.azurewebsites.net"],
    ["z01.azurefd.net"],
    ["z6.web.core.windows.net"],
    ["azure-devices.net"],
    ["sql.azuresynapse.net"],
    ["hcp.eastus.azmk8s.io"],
    ["onmicrosoft.com"],
    ["europe-west1.firebasedatabase.app"],
    ["cloudflareaccess.com"],
    ["netlify.com"],
    ["herokudns.com"],
    ["functions.supabase.co"],
    ["us-east-2.aws.neon.tech"],
    ["cloud.databricks.com"],
    ["cos.ap-guangzhou.myqcloud.com"],
    ["webhook.site"],
    ["m.pipedream.net"],
    ["oast.fun"],
    ["my.salesforce.com"],
    // The names of buckets may hold dots: x.bucket is somebody else's.
    ["bucket.s3.amazonaws.com"],
    ["bucket.s3.eu-west-1.amazonaws.com"],
    ["appspot.com.storage.googleapis.com"],
  ])("%s spans tenants", (tail) => expect(spansTenants(tail)).not.toBeNull());

  test.each([
    ["openai.com"],
    ["actions.githubusercontent.com"],
    ["corp.blob.core.windows.net"],
    ["0123456789abcdef.r2.cloudflarestorage.com"],
    ["team.workers.dev"],
    ["bob.github.io"],
    ["app.herokuapp.com"],
    ["hub.azure-devices.net"],
    ["archive.ubuntu.com"],
    ["svc.cluster.local"],
    ["docker.io"],
    ["internal"],
    ["bbc.co.uk"],
  ])("%s is one owner's", (tail) => expect(spansTenants(tail)).toBeNull());
});
