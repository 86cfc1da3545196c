// Everything the agent talks to, but the proxy: `node servers.mjs CERT KEY`, inside the lab's namespace.
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";
import { LAB } from "./cast.mjs";

const [certFile, keyFile] = process.argv.slice(2);

/**
 * Bodies of different sizes, so that no two transfers look alike, each ending with the connection: the server says
 * good-bye first and stays to hear the client's, or curl's would be met with a reset. No Date header, because the
 * recordings are moved in time.
 */
function answer(request, response) {
  const { socket } = request;
  socket.destroySoon = () => socket.end();
  response.sendDate = false;
  response.useChunkedEncodingByDefault = false;
  let received = 0;
  request.on("data", (chunk) => (received += chunk.length));
  request.on("end", () => {
    const size = 400 + ((request.url.length * 397 + (request.headers.host ?? "").length * 211) % 3600);
    response.writeHead(200, { "content-type": "application/octet-stream", connection: "close" });
    response.end(Buffer.alloc(size, `${request.method} ${request.url} took ${received} bytes. `));
  });
}

/** A database as far as a start-up goes: no TLS, trust, ready, one row for any query. */
function database(socket) {
  socket.on("data", (data) => {
    const isTlsRequest = data.length === 8 && data.readUInt32BE(4) === 80877103;
    if (isTlsRequest) socket.write("N");
    else if (data[0] === 0x51) socket.write(Buffer.from("C\0\0\0\rSELECT 1\0Z\0\0\0\x05I", "latin1"));
    else if (data[0] !== 0x58) socket.write(Buffer.from("R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I", "latin1"));
  });
}

function licences(socket) {
  socket.on("data", () => socket.write("OK seats=12\n"));
}

function clock(message, client, socket) {
  const reply = Buffer.alloc(48);
  reply[0] = 0x24;
  reply[1] = 2;
  message.copy(reply, 24, 40, 48);
  message.copy(reply, 32, 40, 48);
  message.copy(reply, 40, 40, 48);
  socket.send(reply, client.port, client.address);
}

const listening = (server, port) => new Promise((resolve) => server.listen(port, "::", resolve));

/** UDP servers take one address each: a reply must come from the address that was asked. */
function bound(port, address, onMessage) {
  const socket = createSocket("udp4");
  socket.on("message", (message, client) => onMessage(message, client, socket));
  return new Promise((resolve) => socket.bind(port, address, resolve));
}

const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
await Promise.all([
  listening(https.createServer(tls, answer), 443),
  listening(http.createServer(answer), 80),
  listening(net.createServer(database), 5432),
  listening(net.createServer(licences), LAB.license.port),
  bound(123, LAB.time, clock),
  bound(8125, LAB.statsd, () => {}),
]);
console.log("ready");
