// What the agent can do, tool by tool. Each takes the clients and does what its name says.
import { randomBytes } from "node:crypto";
import { LAB } from "./cast.mjs";

const json = JSON.stringify;

/** An NTP request with a random transmit time: it need not be true, and so tells nothing about the machine. */
const ntpRequest = () => Buffer.concat([Buffer.from([0x23]), Buffer.alloc(39), randomBytes(8)]);

const TLS_REQUEST = Buffer.from("0000000804d2162f", "hex");
const START_UP = Buffer.from("\0\0\0\x25\0\x03\0\0user\0agent\0database\0widgets\0\0", "latin1");
const QUERY = Buffer.from("Q\0\0\0\rSELECT 1\0", "latin1");
const TERMINATE = Buffer.from("X\0\0\0\x04", "latin1");

export const TOOLS = {
  "clock.sync": (c, tool) => c.datagram(tool, "time.corp.example", 123, ntpRequest(), true),

  "model.chat": async (c, tool) => {
    const prompt = json({ model: "gpt-5", input: "Which of these dependencies are out of date? ".repeat(20) });
    await c.request(tool, "POST", "https://api.openai.com/v1/responses", prompt);
    await c.request(tool, "POST", "https://api.openai.com/v1/responses", prompt.repeat(2));
  },

  "github.list_issues": (c, tool) => c.request(tool, "GET", "https://api.github.com/repos/corp/widgets/issues"),

  "git.clone": async (c, tool) => {
    await c.curl(tool, "https://github.com/corp/widgets.git/info/refs?service=git-upload-pack");
    await c.curl(tool, "https://raw.githubusercontent.com/corp/widgets/main/package.json");
    await c.curl(tool, "https://objects.githubusercontent.com/corp/widgets/pack-1.pack");
  },

  "git.verify": (c, tool) => c.verifyCertificate(tool, "github.com"),

  "pip.install": async (c, tool) => {
    await c.curl(tool, "https://index.pydepot.example/simple/quillhook/");
    await c.curl(tool, "https://files.pydepot.example/packages/quillhook.whl");
  },

  "npm.install": (c, tool) => c.request(tool, "GET", "https://packages.jsdepot.example/quillhook"),

  "db.query": (c, tool) => c.converse(tool, "db.corp.example", 5432, [TLS_REQUEST, START_UP, QUERY], TERMINATE),

  "statsd.count": (c, tool) => c.datagram(tool, "statsd.corp.example", 8125, "agent.tokens:1532|c", false),

  "license.check": (c, tool) => c.converse(tool, LAB.license.address, LAB.license.port, ["CHECKOUT widgets 1\n"]),

  "otel.export": (c, tool) => c.expectRefusal(tool, "otel.corp.example", 4317),

  "artifact.upload": (c, tool) =>
    c.request(
      tool,
      "PUT",
      "https://corp-agent-artifacts.s3.eu-west-1.amazonaws.com/widgets/report.html",
      "<p>report</p>".repeat(500),
    ),

  "gcs.fetch": (c, tool) => c.request(tool, "GET", "https://storage.googleapis.com/corp-eval-sets/widgets.jsonl"),

  "metrics.push": (c, tool) =>
    c.request(tool, "POST", "http://metrics.corp.example/metrics/job/agent", "agent_steps_total 42\n"),

  "logs.push": (c, tool) => c.request(tool, "POST", "http://logs.corp.example/ingest", json({ line: "step done" })),

  "web.fetch": (c, tool) => c.requestThroughProxy(tool, "GET", "https://docs.python.org/3/library/asyncio.html"),

  "docs.import": (c, tool) =>
    c.request(tool, "GET", "https://corpdocsmirror.blob.core.windows.net/handbook/2026-10.tar"),

  "quillhook.telemetry": (c, tool) =>
    c.request(tool, "POST", "https://telemetry.quillhook.example/v1/events", json({ events: Array(12).fill("used") })),
};
