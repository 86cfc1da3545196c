// Only frames the packets of a classic capture with the pcap-parser package, as a floor for what it could do with them.
import { createReadStream } from "node:fs";
import pcapParser from "pcap-parser";

let packets = 0;
const parser = pcapParser.parse(createReadStream(process.argv[2], { highWaterMark: 1 << 20 }));
parser.on("packet", () => packets++);
parser.on("end", () => console.log(packets));
