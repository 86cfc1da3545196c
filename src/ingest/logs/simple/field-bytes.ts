/** Field values straight from bytes: each distinct address, host and label is read once and then recognised. */
import { type Address, parseAddress } from "../../../model/address.ts";
import type { Outcome, Transport } from "../../../model/flow.ts";
import { safeLabel } from "../../../model/label.ts";
import { type Host, readCount, readHost, readOutcome, readPort } from "../values.ts";
import { ByteCache } from "./cache.ts";
import { type Fields, HASHED, readAddress, readDestinationPort, readProtocol, setField, type Slot } from "./fields.ts";
import { TimestampReader } from "./timestamp.ts";
import { asciiText } from "./words.ts";

const MANY = 1 << 14;
const FEW = 1 << 10;

export class FieldBytes {
  private readonly addresses = new ByteCache<Address | "invalid">(MANY, readAddress);
  private readonly sources = new ByteCache<Address | null>(FEW, parseAddress);
  private readonly hosts = new ByteCache<Host>(MANY, readHost);
  private readonly transports = new ByteCache<Transport | "unknown">(FEW, readProtocol);
  private readonly outcomes = new ByteCache<Outcome>(FEW, readOutcome);
  private readonly labels = new ByteCache<string>(FEW, safeLabel);
  private readonly runs = new ByteCache<string>(FEW, (text) => text);
  private readonly timestamps = new TimestampReader();

  /** As {@link setField} for the same text; the property test holds the two together. */
  set(fields: Fields, slot: Slot, view: DataView, start: number, end: number): void {
    switch (slot) {
      case "address": {
        const place = this.addresses.find(view, start, end);
        fields.address = this.addresses.value(place);
        fields.hashes[HASHED.address] = this.addresses.hash(place);
        return;
      }
      case "sourceAddress": {
        const place = this.sources.find(view, start, end);
        fields.sourceAddress = this.sources.value(place);
        fields.hashes[HASHED.sourceAddress] = this.sources.hash(place);
        return;
      }
      case "host": {
        const place = this.hosts.find(view, start, end);
        fields.host = this.hosts.value(place);
        fields.hashes[HASHED.host] = this.hosts.hash(place);
        return;
      }
      case "transport": {
        const place = this.transports.find(view, start, end);
        fields.transport = this.transports.value(place);
        fields.hashes[HASHED.transport] = this.transports.hash(place);
        return;
      }
      case "process": {
        const place = this.labels.find(view, start, end);
        fields.process = this.labels.value(place);
        fields.hashes[HASHED.process] = this.labels.hash(place);
        return;
      }
      case "workload": {
        const place = this.labels.find(view, start, end);
        fields.workload = this.labels.value(place);
        fields.hashes[HASHED.workload] = this.labels.hash(place);
        return;
      }
      case "tool": {
        const place = this.labels.find(view, start, end);
        fields.tool = this.labels.value(place);
        fields.hashes[HASHED.tool] = this.labels.hash(place);
        return;
      }
      case "run": {
        const place = this.runs.find(view, start, end);
        fields.run = this.runs.value(place);
        fields.hashes[HASHED.run] = this.runs.hash(place);
        return;
      }
      case "outcome":
        fields.addOutcome(this.outcomes.value(this.outcomes.find(view, start, end)));
        return;
      case "time":
        fields.time = this.timestamps.read(view, start, end);
        if (fields.time === null) setField(fields, slot, asciiText(view, start, end));
        return;
      case "port":
      case "sourcePort":
      case "bytesOut":
      case "bytesIn":
        setField(fields, slot, asciiText(view, start, end));
    }
  }

  /** As {@link setField} for the same number, the commonest first. */
  setNumber(fields: Fields, slot: Slot, value: number): void {
    if (slot === "port") {
      fields.port = readDestinationPort(value);
      fields.hashes[HASHED.port] = value;
    } else if (slot === "sourcePort") fields.sourcePort = readPort(value);
    else if (slot === "bytesOut") fields.bytesOut = readCount(value);
    else if (slot === "bytesIn") fields.bytesIn = readCount(value);
    else setField(fields, slot, value);
  }
}
