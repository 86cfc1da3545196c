// Real conversations, each written into the run's journal: HTTP(S), tunnels through the proxy, curl, openssl, TCP, UDP.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { LAB } from "./cast.mjs";

const run = promisify(execFile);
const proxyUrl = `http://${LAB.proxy.name}:${LAB.proxy.port}`;

/** `onlyProxy` sends every request through the proxy; `caFile` is the throw-away authority of the lab. */
export function clients({ caFile, onlyProxy, journal }) {
  const ca = readFileSync(caFile);

  async function dial(host, port) {
    const { address } = await lookup(host);
    const socket = net.connect({ port, host: address, allowHalfOpen: true });
    await once(socket, "connect");
    return { socket, address };
  }

  /** Says good-bye first and waits for the other side's, so that captures hold whole conversations. */
  async function hangUp(socket) {
    socket.resume().end();
    if (!socket.closed) await once(socket, "close");
  }

  function secure(socket, servername) {
    const encrypted = tls.connect({ socket, servername, ca });
    return once(encrypted, "secureConnect").then(() => encrypted);
  }

  async function exchange(socket, method, url, body) {
    const headers = { host: url.hostname, connection: "keep-alive", "content-length": Buffer.byteLength(body) };
    const options = { method, path: url.pathname, headers, createConnection: () => socket };
    const [response] = await once(http.request(options).end(body), "response");
    response.resume();
    await once(response, "end");
  }

  async function tunnel(tool, host, port) {
    const { socket, address } = await dial(LAB.proxy.name, LAB.proxy.port);
    journal.throughProxy({ tool, name: host, port, proxy: address });
    const target = `${host}:${port}`;
    const headers = { host: target, "x-agent-tool": tool };
    const request = http.request({ method: "CONNECT", path: target, headers, createConnection: () => socket }).end();
    await once(request, "connect");
    return socket;
  }

  async function fetchOver(tool, method, address, body, viaProxy) {
    const url = new URL(address);
    const isTls = url.protocol === "https:";
    const port = isTls ? 443 : 80;
    let socket;
    if (viaProxy) {
      socket = await tunnel(tool, url.hostname, port);
    } else {
      const dialled = await dial(url.hostname, port);
      journal.add({ name: url.hostname, address: dialled.address, port, how: isTls ? "sni" : "host", tool });
      socket = dialled.socket;
    }
    const talking = isTls ? await secure(socket, url.hostname) : socket;
    await exchange(talking, method, url, body);
    await hangUp(talking);
  }

  return {
    request: (tool, method, url, body = "") => fetchOver(tool, method, url, body, onlyProxy),
    requestThroughProxy: (tool, method, url) => fetchOver(tool, method, url, "", true),

    async curl(tool, url) {
      const { hostname } = new URL(url);
      const proxy = onlyProxy ? ["--proxy", proxyUrl, "--proxy-header", `X-Agent-Tool: ${tool}`] : [];
      const quiet = ["--silent", "--show-error", "--fail", "--output", "/dev/null", "--cacert", caFile];
      const { stdout } = await run("curl", [...quiet, ...proxy, "--write-out", "%{remote_ip}", url]);
      if (onlyProxy) journal.throughProxy({ tool, name: hostname, port: 443, proxy: stdout });
      else journal.add({ name: hostname, address: stdout, port: 443, how: "sni", tool });
    },

    /** What `openssl s_client` thinks of a server's certificate. */
    async verifyCertificate(tool, host) {
      const { address } = await lookup(host);
      const where = net.isIPv6(address) ? `[${address}]:443` : `${address}:443`;
      const check = run("openssl", ["s_client", "-connect", where, "-servername", host, "-CAfile", caFile, "-brief"]);
      check.child.stdin.end();
      const { stderr } = await check;
      if (!stderr.includes("Verification: OK")) throw new Error(`s_client: ${stderr}`);
      journal.add({ name: host, address, port: 443, how: "sni", tool });
    },

    /** Sends each message and waits for an answer to it; `host` may be an address, which no resolver is asked for. */
    async converse(tool, host, port, messages, farewell = "") {
      const { socket, address } = await dial(host, port);
      journal.add({ name: net.isIP(host) ? null : host, address, port, how: net.isIP(host) ? "raw" : "dns", tool });
      for (const message of messages) {
        socket.write(message);
        await once(socket, "data");
      }
      if (farewell) socket.write(farewell);
      await hangUp(socket);
    },

    async expectRefusal(tool, host, port) {
      const { address } = await lookup(host);
      const error = await dial(address, port).catch((cause) => cause);
      if (error.code !== "ECONNREFUSED") throw new Error(`${host}:${port} was to refuse, but: ${error.code ?? "open"}`);
      journal.add({ name: host, address, port, how: "refused", tool });
    },

    async datagram(tool, host, port, message, wantsReply) {
      const { address } = await lookup(host, { family: 4 });
      const socket = createSocket("udp4");
      const reply = wantsReply ? once(socket, "message") : Promise.resolve();
      await promisify(socket.send.bind(socket))(message, port, address);
      journal.add({ transport: "udp", name: host, address, port, how: "dns", tool });
      await reply;
      socket.close();
    },
  };
}
