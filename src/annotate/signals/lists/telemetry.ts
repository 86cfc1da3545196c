/** Vendors that programs report to, mostly unasked. */
import { of, SuffixList } from "./entry.ts";

export const TELEMETRY_VENDORS: SuffixList = new SuffixList([
  ...of("Sentry", "https://docs.sentry.io/security-legal-pii/security/ip-ranges/", "sentry.io"),
  ...of(
    "Datadog",
    "https://docs.datadoghq.com/agent/configuration/network/",
    "datadoghq.com datadoghq.eu ddog-gov.com browser-intake-datadoghq.com browser-intake-datadoghq.eu " +
      "browser-intake-us3-datadoghq.com browser-intake-us5-datadoghq.com browser-intake-ap1-datadoghq.com " +
      "browser-intake-ap2-datadoghq.com browser-intake-ddog-gov.com",
  ),
  ...of(
    "New Relic",
    "https://docs.newrelic.com/docs/new-relic-solutions/get-started/networks/",
    "newrelic.com nr-data.net",
  ),
  ...of("Dynatrace", "https://docs.dynatrace.com/docs/manage/data-privacy-and-security", "live.dynatrace.com"),
  ...of("Honeycomb", "https://docs.honeycomb.io/", "api.honeycomb.io api.eu1.honeycomb.io"),
  ...of("Grafana Cloud", "https://grafana.com/docs/grafana-cloud/", "grafana.net"),
  ...of("Bugsnag", "https://docs.bugsnag.com/api/error-reporting/", "notify.bugsnag.com sessions.bugsnag.com"),
  ...of("Rollbar", "https://docs.rollbar.com/reference", "api.rollbar.com"),
  ...of(
    "Segment",
    "https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/",
    "segment.io segment.com",
  ),
  ...of("Mixpanel", "https://developer.mixpanel.com/reference/ingestion-api", "mixpanel.com"),
  ...of("Amplitude", "https://amplitude.com/docs/apis/analytics/http-v2", "amplitude.com"),
  ...of("PostHog", "https://posthog.com/docs/api/capture", "posthog.com"),
  ...of("Heap", "https://developers.heap.io/reference", "heapanalytics.com"),
  ...of("Hotjar", "https://help.hotjar.com/hc/en-us/articles/36819965076497", "hotjar.com hotjar.io"),
  ...of("FullStory", "https://help.fullstory.com/", "fullstory.com"),
  ...of(
    "LogRocket",
    "https://docs.logrocket.com/reference/content-security-policy-csp",
    "logrocket.io logrocket.com lr-ingest.io lr-in.com lr-in-prod.com lr-ingest.com ingest-lr.com lr-intake.com " +
      "intake-lr.com logr-ingest.com lrkt-in.com lgrckt-in.com logr-in.com",
  ),
  ...of(
    "Google Analytics",
    "https://developers.google.com/analytics/devguides/collection/protocol/ga4",
    "google-analytics.com analytics.google.com googletagmanager.com",
  ),
  ...of(
    "Firebase logging",
    "https://firebase.google.com/support/privacy",
    "firebaselogging-pa.googleapis.com firebaselogging.googleapis.com app-measurement.com",
  ),
  ...of(
    "Azure Application Insights",
    "https://learn.microsoft.com/azure/azure-monitor/fundamentals/azure-monitor-network-access",
    "applicationinsights.azure.com dc.services.visualstudio.com in.applicationinsights.azure.com",
  ),
  ...of(
    "Microsoft telemetry",
    "https://learn.microsoft.com/windows/privacy/configure-windows-diagnostic-data-in-your-organization",
    "events.data.microsoft.com vortex.data.microsoft.com",
  ),
  ...of(
    "LaunchDarkly events",
    "https://launchdarkly.com/docs/home/getting-started/domain-list",
    "events.launchdarkly.com",
  ),
  ...of(
    "Statsig",
    "https://docs.statsig.com/infrastructure/api_proxy/introduction",
    "statsigapi.net events.statsigapi.net",
  ),
  ...of("Scarf", "https://docs.scarf.sh/package-analytics/", "scarf.sh"),
  ...of("LangSmith", "https://docs.smith.langchain.com/", "api.smith.langchain.com"),
  ...of("Langfuse", "https://langfuse.com/docs", "cloud.langfuse.com us.cloud.langfuse.com"),
  ...of("Weights & Biases", "https://docs.wandb.ai/", "api.wandb.ai"),
  ...of("Next.js", "https://nextjs.org/telemetry", "telemetry.nextjs.org"),
  ...of("Homebrew", "https://docs.brew.sh/Analytics", "eu-central-1-1.aws.cloud2.influxdata.com"),
]);
