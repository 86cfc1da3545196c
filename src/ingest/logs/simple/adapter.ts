/** The simple form: one JSON object a connection, `{dest_ip, dest_port, proto, …}`, under the names that tools give them. */
import { familyOf } from "../../../model/address.ts";
import type { Adapter, LineVerdict } from "../adapter.ts";
import type { Ledger } from "../ledger.ts";
import type { Runs } from "../runs.ts";
import { hasPorts } from "../values.ts";
import { Fields } from "./fields.ts";
import { parseRecord } from "./parse.ts";
import { Scanner } from "./scan.ts";
import { type Destination, Sums } from "./sums.ts";
import { viewOf } from "./words.ts";

const DEFAULT_RUN_FIELD = "run";

export class SimpleAdapter implements Adapter {
  private readonly runs: Runs;
  private readonly runField: string;
  private readonly scanner: Scanner;
  private bytes: Uint8Array = new Uint8Array();
  private view = viewOf(this.bytes);
  private readonly fields = new Fields();
  private readonly sums = new Sums();
  private readonly to: Destination = {
    transport: "tcp",
    address: null,
    port: null,
    name: null,
    invalidName: false,
    outcome: "allowed",
    time: null,
  };

  constructor(runs: Runs, runField: string | null) {
    this.runs = runs;
    this.runField = runField ?? DEFAULT_RUN_FIELD;
    this.scanner = new Scanner(this.runField);
  }

  line(bytes: Uint8Array, start: number, end: number, line: number): LineVerdict {
    const { fields } = this;
    // A chunk holds thousands of lines.
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = viewOf(bytes);
    }
    if (!this.scanner.scan(this.view, start, end, fields) && !parseRecord(bytes, start, end, this.runField, fields)) {
      return "broken";
    }
    const ledger = this.runs.of(fields.run, line);
    ledger.record();
    const unusable = this.judge(ledger, line);
    if (unusable === null) this.sums.add(ledger, this.to, fields, line);
    else ledger.reject(unusable, line);
    return "record";
  }

  endOfFile(): void {}

  finish(): void {
    this.sums.finish();
  }

  /** Fills in the destination, or says why the record cannot be used. */
  private judge(ledger: Ledger, line: number): string | null {
    const { fields, to } = this;
    const { host, transport } = fields;
    if (fields.address === "invalid") return "bad-address";
    if (fields.port === "invalid") return "bad-port";
    const address = fields.address ?? (host?.kind === "literal" ? host.address : null);
    if (address === null && (host === null || fields.port === null)) return "no-endpoint";
    if (transport === null) return "no-protocol";
    if (transport === "unknown") return "unknown-protocol";
    to.invalidName = host?.kind === "invalid";
    if (to.invalidName) ledger.reject("invalid-name", line);
    if (to.invalidName && address === null) return "no-endpoint";
    if (fields.time === "invalid") ledger.reject("bad-time", line);
    to.transport = transport === "icmp" && address !== null && familyOf(address) === 6 ? "icmpv6" : transport;
    to.address = address;
    to.port = hasPorts(transport) ? fields.port : null;
    to.name = host?.kind === "name" ? host.name : null;
    to.outcome = fields.outcome ?? "allowed";
    to.time = fields.time === "invalid" ? null : fields.time;
    return null;
  }
}
