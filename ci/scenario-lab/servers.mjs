// Every server of the scenarios: `node servers.mjs CERT KEY`. The same few bytes for whoever asks, over TLS and without.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";

const [certFile, keyFile] = process.argv.slice(2);

/** No Date header: the recordings are moved in time. */
function answer(_request, response) {
  response.sendDate = false;
  response.writeHead(200, { "content-type": "text/plain", connection: "close" });
  response.end("ok\n");
}

const listening = (server, port) => new Promise((resolve) => server.listen(port, "0.0.0.0", resolve));

const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: "TLSv1.3" };
await Promise.all([listening(https.createServer(tls, answer), 443), listening(http.createServer(answer), 80)]);
console.log("ready");
