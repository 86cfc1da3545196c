// The sandbox's CONNECT proxy: `node proxy.mjs LOG`. One JSON line for every tunnel, written when it is open.
import { appendFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { LAB } from "./cast.mjs";
import { labClock } from "./clock.mjs";

const [logFile] = process.argv.slice(2);
const now = labClock();

const server = http.createServer((_request, response) => response.writeHead(405).end());

server.on("connect", (request, client, head) => {
  const { hostname, port } = new URL(`tcp://${request.url}`);
  const upstream = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  upstream.on("connect", () => {
    const [dest_ip, tool] = [upstream.remoteAddress, request.headers["x-agent-tool"]];
    const line = { ts: now(), dest_ip, dest_port: Number(port), proto: "tcp", host: hostname, tool };
    appendFileSync(logFile, `${JSON.stringify(line)}\n`);
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
  upstream.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  client.on("error", () => upstream.destroy());
});

server.listen(LAB.proxy.port, LAB.proxy.address, () => console.log("ready"));
