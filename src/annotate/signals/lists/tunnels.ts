/** Services that carry connections to a machine behind a firewall: what is at the other end changes hands by the hour. */
import { of, SuffixList } from "./entry.ts";

export const TUNNEL_SERVICES: SuffixList = new SuffixList([
  ...of(
    "ngrok",
    "https://ngrok.com/docs/",
    "ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev ngrok.com ngrok-agent.com",
  ),
  ...of(
    "Cloudflare quick tunnels",
    "https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/do-more-with-tunnels/trycloudflare/",
    "trycloudflare.com",
  ),
  ...of(
    "Cloudflare Tunnel",
    "https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/configure-tunnels/tunnel-with-firewall/",
    "cfargotunnel.com argotunnel.com",
  ),
  ...of("localtunnel", "https://theboroer.github.io/localtunnel-www/", "loca.lt localtunnel.me"),
  ...of("serveo", "https://serveo.net/", "serveo.net"),
  ...of("localhost.run", "https://localhost.run/docs/", "localhost.run lhr.life lhr.rocks"),
  ...of("Pinggy", "https://pinggy.io/docs/", "pinggy.io pinggy.link pinggy.online"),
  ...of("tunnelmole", "https://tunnelmole.com/docs/", "tunnelmole.net tunnelmole.com"),
  ...of("bore", "https://github.com/ekzhang/bore", "bore.pub"),
  ...of(
    "Microsoft dev tunnels",
    "https://learn.microsoft.com/azure/developer/dev-tunnels/security",
    "devtunnels.ms tunnels.api.visualstudio.com rel.tunnels.api.visualstudio.com",
  ),
  ...of("Tailscale", "https://tailscale.com/kb/1223/funnel", "ts.net"),
  ...of("zrok", "https://docs.zrok.io/", "zrok.io"),
  ...of("LocalXpose", "https://localxpose.io/docs", "loclx.io localxpose.io"),
  ...of("playit.gg", "https://playit.gg/", "playit.gg ply.gg"),
  ...of("Packetriot", "https://docs.packetriot.com/", "packetriot.net packetriot.com"),
  ...of("inlets", "https://docs.inlets.dev/", "inlets.dev exit.inlets.dev"),
  ...of(
    "GitHub Codespaces ports",
    "https://docs.github.com/codespaces/developing-in-a-codespace/forwarding-ports-in-your-codespace",
    "app.github.dev",
  ),
]);
