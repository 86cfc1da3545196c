/** Suffixes that many customers share and the public suffix list does not have, and those it has whose labels only their owner gives. */

export interface SharedSuffix {
  /** A label `*` stands for any one label, such as a region. */
  readonly suffix: string;
  readonly what: string;
  /** Where the provider says that customers get names there. */
  readonly source: string;
}

const AZURE = "https://learn.microsoft.com/azure/security/fundamentals/azure-domains";
const AZURE_ZONES = "https://learn.microsoft.com/azure/private-link/private-endpoint-dns";

/** The list's private section is asked first; this is what it lacks. */
export const SHARED_SUFFIXES: readonly SharedSuffix[] = [
  ...["queue", "table", "file", "dfs"].map((service) => ({
    suffix: `${service}.core.windows.net`,
    what: "Azure storage accounts",
    source: "https://learn.microsoft.com/azure/storage/common/storage-account-overview",
  })),
  { suffix: "vault.azure.net", what: "Azure key vaults", source: AZURE },
  { suffix: "database.windows.net", what: "Azure SQL servers", source: AZURE },
  { suffix: "search.windows.net", what: "Azure search services", source: AZURE },
  { suffix: "documents.azure.com", what: "Azure Cosmos accounts", source: AZURE },
  { suffix: "openai.azure.com", what: "Azure OpenAI resources", source: AZURE },
  { suffix: "cognitiveservices.azure.com", what: "Azure AI resources", source: AZURE },
  { suffix: "*.cloudapp.azure.com", what: "Azure machines", source: AZURE },
  { suffix: "azurecr.io", what: "Azure container registries", source: AZURE },
  { suffix: "*.azurecontainerapps.io", what: "Azure container apps", source: AZURE },
  { suffix: "azure-devices.net", what: "Azure IoT hubs", source: AZURE_ZONES },
  { suffix: "azconfig.io", what: "Azure App Configuration stores", source: AZURE_ZONES },
  { suffix: "azurehdinsight.net", what: "Azure HDInsight clusters", source: AZURE_ZONES },
  { suffix: "sql.azuresynapse.net", what: "Azure Synapse workspaces", source: AZURE_ZONES },
  { suffix: "dev.azuresynapse.net", what: "Azure Synapse workspaces", source: AZURE_ZONES },
  { suffix: "service.signalr.net", what: "Azure SignalR services", source: AZURE_ZONES },
  {
    suffix: "scm.azurewebsites.net",
    what: "Azure web apps",
    source: "https://learn.microsoft.com/azure/app-service/resources-kudu",
  },
  {
    suffix: "z*.azurefd.net",
    what: "Azure Front Door profiles",
    source: "https://learn.microsoft.com/azure/frontdoor/endpoint",
  },
  {
    suffix: "z*.web.core.windows.net",
    what: "Azure static websites",
    source: "https://learn.microsoft.com/azure/storage/common/storage-account-overview",
  },
  {
    suffix: "storage.googleapis.com",
    what: "Google Cloud buckets",
    source: "https://cloud.google.com/storage/docs/request-endpoints",
  },
  {
    suffix: "functions.supabase.co",
    what: "Supabase projects",
    source: "https://supabase.com/docs/guides/functions",
  },
  {
    suffix: "r2.cloudflarestorage.com",
    what: "Cloudflare R2 accounts",
    source: "https://developers.cloudflare.com/r2/api/s3/api/",
  },
  ...["eu", "fedramp"].map((jurisdiction) => ({
    suffix: `${jurisdiction}.r2.cloudflarestorage.com`,
    what: "Cloudflare R2 accounts",
    source: "https://developers.cloudflare.com/r2/reference/data-location/",
  })),
  {
    suffix: "dkr.ecr.*.amazonaws.com",
    what: "AWS container registries",
    source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html",
  },
  {
    suffix: "s3.*.backblazeb2.com",
    what: "Backblaze buckets",
    source: "https://www.backblaze.com/docs/cloud-storage-s3-compatible-api",
  },
  {
    suffix: "s3.*.wasabisys.com",
    what: "Wasabi buckets",
    source: "https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabis-different-storage-regions",
  },
  { suffix: "s3.wasabisys.com", what: "Wasabi buckets", source: "https://docs.wasabi.com" },
  {
    suffix: "oss-*.aliyuncs.com",
    what: "Alibaba Cloud buckets",
    source: "https://www.alibabacloud.com/help/oss/user-guide/regions-and-endpoints",
  },
  { suffix: "firebaseio.com", what: "Firebase databases", source: "https://firebase.google.com/docs/database" },
  { suffix: "pkg.dev", what: "Google artifact registries", source: "https://cloud.google.com/artifact-registry/docs" },
  { suffix: "b-cdn.net", what: "bunny.net pull zones", source: "https://docs.bunny.net/docs/cdn" },
  {
    suffix: "snowflakecomputing.com",
    what: "Snowflake accounts",
    source: "https://docs.snowflake.com/user-guide/admin-account-identifier",
  },
  {
    suffix: "visualstudio.com",
    what: "Azure DevOps organisations",
    source: "https://learn.microsoft.com/azure/devops/extend/develop/work-with-urls",
  },
  { suffix: "atlassian.net", what: "Atlassian sites", source: "https://support.atlassian.com" },
  { suffix: "sharepoint.com", what: "SharePoint tenants", source: "https://learn.microsoft.com/sharepoint" },
  { suffix: "zendesk.com", what: "Zendesk accounts", source: "https://support.zendesk.com" },
  {
    suffix: "okta.com",
    what: "Okta organisations",
    source: "https://developer.okta.com/docs/concepts/okta-organizations/",
  },
  ...["", "us.", "eu.", "uk.", "au.", "jp.", "ca."].map((region) => ({
    suffix: `${region}auth0.com`,
    what: "Auth0 tenants",
    source: "https://auth0.com/docs/get-started/auth0-overview/create-tenants",
  })),
];

/** Hosts where tenants are told apart by path, so that the exact name spans them already. */
export const SHARED_HOSTS: readonly SharedSuffix[] = [
  {
    suffix: "storage.googleapis.com",
    what: "every bucket of Google Cloud",
    source: "https://cloud.google.com/storage/docs/request-endpoints",
  },
  {
    suffix: "storage.cloud.google.com",
    what: "every bucket of Google Cloud",
    source: "https://cloud.google.com/storage/docs/request-endpoints",
  },
  {
    suffix: "firebasestorage.googleapis.com",
    what: "every bucket of Firebase",
    source: "https://firebase.google.com/docs/storage",
  },
  ...["s3.amazonaws.com", "s3.*.amazonaws.com", "s3.dualstack.*.amazonaws.com", "s3-*.amazonaws.com"].map((suffix) => ({
    suffix,
    what: "every bucket of Amazon S3",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html",
  })),
  ...["raw.githubusercontent.com", "gist.githubusercontent.com"].map((suffix) => ({
    suffix,
    what: "what anybody keeps at GitHub",
    source: "https://docs.github.com/rest/repos/contents",
  })),
];

/** In the list's private section, and yet every label below is given by the owner: a pattern below such a label spans no tenants. */
export const OWN_LABELS: ReadonlySet<string> = new Set([
  "googleapis.com",
  "githubusercontent.com",
  "us-east-1.amazonaws.com",
]);

/** Registered domains of providers that have customers' names somewhere below: no pattern may end there, nor below where nothing above tells whose. */
export const HOLDS_TENANTS: ReadonlySet<string> = new Set(
  [
    // Clouds.
    "aliyuncs.com amazonaws.com amazonaws.com.cn amazoncognito.com appdomain.cloud aws.dev awsapps.com",
    "azmk8s.io azure.com azure.net azurecontainerapps.io azuredatabricks.net azurehealthcareapis.com",
    "azureml.ms azuresynapse.net backblazeb2.com bcebos.com cloudflare-gateway.com cloudflareaccess.com",
    "cloudflarestorage.com digitaloceanspaces.com firebasedatabase.app firebasestorage.app",
    "googleusercontent.com linodeobjects.com mybluemix.net myqcloud.com ocir.io on.aws oraclecloud.com",
    "ovh.net scw.cloud wasabisys.com windows.net windowsazure.com",
    // Content networks.
    "ampproject.org cachefly.net cdn77.org fastly.net kxcdn.com llnwd.net msecnd.net netdna-cdn.com",
    "rackcdn.com stackpathcdn.com",
    // Where applications and sites are hosted.
    "codesandbox.io gitpod.io glitch.me gradio.app gradio.live herokudns.com herokussl.com",
    "huggingface.cloud koyeb.app modal.host modal.run netlify.com page.link pipedream.net railway.app",
    "squarespace.com tumblr.com webcontainer.io weebly.com wordpress.com wpengine.com",
    // Databases.
    "databricks.com databricksapps.com mongodb.net neon.tech psdb.cloud upstash.io",
    // Directories and tools of offices.
    "b2clogin.com ciamlogin.com dynamics.com force.com freshdesk.com msappproxy.net myworkday.com",
    "oktapreview.com onmicrosoft.com powerappsportals.com salesforce.com service-now.com site.com",
    "slack.com statuspage.io vsassets.io",
  ].flatMap((line) => line.split(" ")),
);

/**
 * Nobody can register a name there: RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN's resolution 2024.07.29.06 on `internal`, and
 * those that it does not delegate because networks use them (`corp`, `home`: resolution 2018.02.04.12; `lan`).
 */
export const PRIVATE_SUFFIXES: ReadonlySet<string> = new Set([
  "internal",
  "local",
  "home.arpa",
  "test",
  "alt",
  "lan",
  "corp",
  "home",
]);
