// Asks a server of its own at ADDRESS PORT for many hosts on one HTTP/2 connection, for tunnels on another, and for more
// hosts on one upgraded from HTTP/1 (at PORT + 1). Ends when every answer has come.
import { once } from "node:events";
import { connect, createServer } from "node:http2";
import { createConnection, createServer as createTcp } from "node:net";

const [address, port] = [process.argv[2], Number(process.argv[3])];

const server = createServer();
server.on("stream", (stream) => {
  stream.on("error", () => {});
  stream.respond({ ":status": 200 });
  stream.resume().on("end", () => stream.end());
});
server.listen(port, address);
await once(server, "listening");

async function ask(session, headers, body = "") {
  const isTunnel = headers[":method"] === "CONNECT";
  const request = session.request(headers, { endStream: body === "" && !isTunnel });
  request.on("error", () => {});
  if (body !== "") request.end(body);
  await once(request, "response");
  if (isTunnel) request.end();
  request.resume();
  await once(request, "close");
}

const session = connect(`http://${address}:${port}`);
const cookies = Array.from({ length: 40 }, (_, i) => `crumb${i}=${"x".repeat(100)}`).join("; ");
for (let i = 0; i < 60; i++) {
  const isGrpc = i % 5 === 4;
  const fields = isGrpc
    ? { ":method": "POST", ":path": `/echo.Echo/Say${i}`, "content-type": "application/grpc", te: "trailers" }
    : {
        ":method": i % 3 === 0 ? "POST" : "GET",
        ":path": `/${"deep/".repeat(i)}`,
        ...(i % 7 === 0 && { cookie: cookies }),
      };
  await ask(
    session,
    { ":authority": `host${i % 23}.example:${port}`, ...fields },
    isGrpc || i % 3 === 0 ? "b".repeat(i * 900) : "",
  );
}
// Several at once, their frames between each other's.
await Promise.all(
  Array.from({ length: 12 }, (_, i) =>
    ask(session, { ":authority": `together${i}.example`, ":method": "POST", ":path": "/" }, "c".repeat(5000)),
  ),
);
session.close();
await once(session, "close");

const proxied = connect(`http://${address}:${port}`);
await ask(proxied, { ":method": "CONNECT", ":authority": "first.tunnel.example:443" });
await ask(proxied, { ":method": "CONNECT", ":authority": "second.tunnel.example:8443" });
proxied.close();
await once(proxied, "close");
server.close();

// The upgrade: the server's part is by hand, as Node has none; the client's frames behind it are Node's own.
const upgraded = createTcp((socket) => {
  socket.once("data", () => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    server.emit("connection", socket);
  });
});
upgraded.listen(port + 1, address);
await once(upgraded, "listening");
const socket = createConnection(port + 1, address);
const settings = "HTTP2-Settings: AAMAAABkAAQAAP__";
socket.write(
  `GET / HTTP/1.1\r\nHost: upgrade.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n${settings}\r\n\r\n`,
);
const [answer] = await once(socket, "data");
socket.pause();
// The server's first frames may have come with its answer.
socket.unshift(answer.subarray(answer.indexOf("\r\n\r\n") + 4));
const behind = connect("http://unused.example", { createConnection: () => socket });
await ask(behind, { ":authority": "behind-upgrade.example", ":path": "/" });
await ask(behind, { ":authority": "behind-both.example", ":path": "/" });
behind.close();
await once(behind, "close");
upgraded.close();
