// What a person would write first in Node: count the endpoints of a JSONL connection log with the ndjson package.
import { createReadStream } from "node:fs";
import ndjson from "ndjson";

const seen = new Map();
createReadStream(process.argv[2])
  .pipe(ndjson.parse())
  .on("data", (record) => {
    const key = `${record.run}|${record.host}|${record.dest_ip}|${record.dest_port}|${record.proto}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  })
  .on("end", () => console.log(seen.size));
