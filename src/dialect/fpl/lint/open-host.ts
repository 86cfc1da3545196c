/** Permits that take whatever host is asked for: those that say nothing of hosts, and those that only seem to. */
import type { Lint } from "../../../model/lint.ts";
import { askedOf } from "../ask.ts";
import { meet } from "../decide.ts";
import { fromJson } from "../expr/value.ts";
import { isProxied, opensEveryHost } from "../layer.ts";
import { networkParts } from "../request.ts";
import { clauseOf, left, lint, opens, type Written } from "./written.ts";

/** Letters that seldom stand together: a rule that surely takes them names no hosts, whatever it asks of them. */
const NAMED_BY_NOBODY = "qzjx.qzjx";

/** `permit proxy/connect port: 443`, as the shipped staged policies have it. */
export function* lintOpenHost(written: Written): Generator<Lint> {
  const { rule, node } = written;
  if (clauseOf(written, "host")?.value.length === 0) return;
  const isFree = opensEveryHost(rule);
  if (!isFree && !takesAny(written)) return;
  const port = rule.port ? ` on port ${rule.port.text}` : "";
  const restricts = isFree ? "nothing restricts the host" : "what restricts the host takes a host that nobody named";
  const means = `${restricts}: ${isFree ? "whatever" : "about every"} name or address that is asked for${port} is permitted`;
  const choice =
    "write one rule for each host, such as host: api.x.com; sallyport propose writes them from what was observed";
  yield lint(written, "open-host", node.effect, means, left(choice));
}

function takesAny(written: Written): boolean {
  const { rule, policy } = written;
  if (!opens(written) || !isProxied(rule)) return false;
  const [[port] = [443]] = rule.port?.ranges ?? [];
  return (["connect", "http"] as const).some((access) => {
    const plain = askedOf({ transport: "tcp", address: null, name: null, port, access });
    const asked = { ...plain, args: new Map([...plain.args, ["host", fromJson(NAMED_BY_NOBODY)] as const]) };
    // Before any expiry, so that a rule with one counts as it did when it was written.
    return meet(rule, { ...asked, vars: policy.vars, now: 0 }, networkParts(asked.args)).kind === "sure";
  });
}
