/** Places that keep the requests they get for whoever set them up, or hand messages to anybody's channel. */
import { of, SuffixList } from "./entry.ts";

export const WEBHOOK_SITES: SuffixList = new SuffixList([
  ...of("webhook.site", "https://docs.webhook.site/", "webhook.site"),
  ...of(
    "Pipedream",
    "https://pipedream.com/docs/workflows/building-workflows/triggers",
    "pipedream.net requestbin.com requestbin.net",
  ),
  ...of("Beeceptor", "https://beeceptor.com/docs/", "beeceptor.com free.beeceptor.com"),
  ...of("Request Catcher", "https://requestcatcher.com/", "requestcatcher.com"),
  ...of("PostBin", "https://www.postb.in/", "postb.in"),
  ...of("Hookdeck", "https://hookdeck.com/docs", "hkdk.events"),
  ...of("Webhook Relay", "https://webhookrelay.com/docs/", "webhookrelay.com hooks.webhookrelay.com"),
  ...of(
    "Interactsh",
    "https://github.com/projectdiscovery/interactsh",
    "interact.sh oast.fun oast.live oast.me oast.online oast.pro oast.site",
  ),
  ...of(
    "Burp Collaborator",
    "https://portswigger.net/burp/documentation/collaborator",
    "oastify.com burpcollaborator.net",
  ),
  ...of("DNSLog", "http://dnslog.cn/", "dnslog.cn"),
  ...of("CEYE", "http://ceye.io/", "ceye.io"),
  ...of("Canarytokens", "https://docs.canarytokens.org/", "canarytokens.com canarytokens.org"),
  ...of("Slack incoming webhooks", "https://api.slack.com/messaging/webhooks", "hooks.slack.com"),
  ...of("Discord webhooks", "https://discord.com/developers/docs/resources/webhook", "discord.com discordapp.com"),
  ...of("Telegram bots", "https://core.telegram.org/bots/api", "api.telegram.org"),
]);
