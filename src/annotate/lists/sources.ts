/** Where each publisher publishes, and by what file names a mirror or a folder holds the same. */

export interface ListSource {
  /** The name in a mirror or folder. */
  readonly file: string;
  /** Null where the address changes with every version. */
  readonly url: string | null;
}

/** The service asks for an id of each client; this one is everybody's, so that it tells nothing of anybody. */
const CLIENT = "5a11e000-0000-4000-8000-000000000000";

/** A list that is published in parts has several. */
export const LIST_SOURCES: ReadonlyMap<string, readonly ListSource[]> = new Map([
  ["atlassian", [{ file: "atlassian.json", url: "https://ip-ranges.atlassian.com/" }]],
  ["aws", [{ file: "aws.json", url: "https://ip-ranges.amazonaws.com/ip-ranges.json" }]],
  // Microsoft download 56519: a new address every week.
  ["azure", [{ file: "azure.json", url: null }]],
  [
    "cloudflare",
    [
      { file: "cloudflare-v4.txt", url: "https://www.cloudflare.com/ips-v4" },
      { file: "cloudflare-v6.txt", url: "https://www.cloudflare.com/ips-v6" },
    ],
  ],
  ["datadog", [{ file: "datadog.json", url: "https://ip-ranges.datadoghq.com/" }]],
  ["digitalocean", [{ file: "digitalocean.csv", url: "https://digitalocean.com/geo/google.csv" }]],
  ["fastly", [{ file: "fastly.json", url: "https://api.fastly.com/public-ip-list" }]],
  ["github", [{ file: "github.json", url: "https://api.github.com/meta" }]],
  [
    "google",
    [
      { file: "google-cloud.json", url: "https://www.gstatic.com/ipranges/cloud.json" },
      { file: "google-goog.json", url: "https://www.gstatic.com/ipranges/goog.json" },
    ],
  ],
  ["linode", [{ file: "linode.csv", url: "https://geoip.linode.com/" }]],
  [
    "microsoft365",
    [
      {
        file: "microsoft365.json",
        url: `https://endpoints.office.com/endpoints/worldwide?clientrequestid=${CLIENT}`,
      },
    ],
  ],
  ["oracle", [{ file: "oracle.json", url: "https://docs.oracle.com/iaas/tools/public_ip_ranges.json" }]],
  ["vultr", [{ file: "vultr.json", url: "https://geofeed.constant.com/?json" }]],
]);
