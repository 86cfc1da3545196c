/** What an analyst may ask about: an endpoint by address or name, or one flow by its five-tuple. */
import { type Address, familyOf, parseAddress } from "../../model/address.ts";
import { InputError } from "../../model/error.ts";
import type { Flow, OtherName, Transport } from "../../model/flow.ts";
import { type Fqdn, parseFqdn } from "../../model/fqdn.ts";
import type { Attribution } from "../accumulate.ts";

interface End {
  readonly address: Address;
  readonly port: number;
}

export type Question = {
  /** The question in canonical form. */
  readonly text: string;
  readonly transport: Transport | null;
} & (
  | { readonly kind: "address"; readonly address: Address; readonly port: number | null }
  | { readonly kind: "name"; readonly name: Fqdn; readonly port: number | null }
  | { readonly kind: "flow"; readonly client: End; readonly server: End }
);

const FORMS =
  "an address, a name, either with :port and /tcp or /udp ([…]:port for IPv6), or a flow such as 10.0.0.2:40000 > 192.0.2.1:443/tcp";

/** Longer than any address, name or flow. */
const MAX_LENGTH = 300;

const TRANSPORT = /\/(tcp|udp|sctp|icmp|icmpv6)$/i;
const FLOW = /^(\S+:\d+)\s*(?:->|>|-|\s)\s*(\S+:\d+)$/;
const BRACKETED = /^\[([0-9A-Fa-f:.]+)\](?::(\d{1,5}))?$/;
const WITH_PORT = /^([^:]+):(\d{1,5})$/;

/** @throws InputError that names the accepted forms. */
export function parseQuestion(given: string): Question {
  const trimmed = given.trim();
  const transport = (TRANSPORT.exec(trimmed)?.[1]?.toLowerCase() ?? null) as Transport | null;
  const question = trimmed.length > MAX_LENGTH ? null : read(trimmed.replace(TRANSPORT, ""), transport);
  if (question === null) throw new InputError(`${shortened(given)}: expected ${FORMS}`);
  return question;
}

function read(subject: string, transport: Transport | null): Question | null {
  const suffix = transport === null ? "" : `/${transport}`;
  const flow = FLOW.exec(subject);
  if (flow) {
    const [client, server] = [endOf(flow[1] ?? ""), endOf(flow[2] ?? "")];
    if (!client || !server || isPortless(transport)) return null;
    const text = `${endText(client.address, client.port)} > ${endText(server.address, server.port)}${suffix}`;
    return { kind: "flow", text, transport, client, server };
  }
  const plain = parseAddress(subject);
  const place = plain === null ? placeOf(subject) : { host: subject, port: null };
  if (place === null || (place.port !== null && isPortless(transport))) return null;
  const { port } = place;
  const address = parseAddress(place.host);
  if (address !== null) return { kind: "address", text: endText(address, port) + suffix, transport, address, port };
  const name = parseFqdn(place.host);
  if (name === null) return null;
  return { kind: "name", text: `${name}${port === null ? "" : `:${port}`}${suffix}`, transport, name, port };
}

/** A host and a port that may be missing; null where the port is none. */
function placeOf(text: string): { readonly host: string; readonly port: number | null } | null {
  const match = BRACKETED.exec(text) ?? WITH_PORT.exec(text);
  if (!match) return { host: text, port: null };
  const port = match[2] === undefined ? null : Number(match[2]);
  return port !== null && port > 65_535 ? null : { host: match[1] ?? "", port };
}

function endOf(text: string): End | null {
  const place = placeOf(text);
  const address = place && parseAddress(place.host);
  return address && place.port !== null ? { address, port: place.port } : null;
}

function isPortless(transport: Transport | null): boolean {
  return transport === "icmp" || transport === "icmpv6";
}

function endText(address: Address, port: number | null): string {
  if (port === null) return address;
  return familyOf(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Whether the flow, or what was asked of a proxy on it, is what was asked about. A flow may be given from either end. */
export function isAbout(question: Question, flow: Flow, to: readonly Attribution[]): boolean {
  if (question.transport !== null && question.transport !== flow.transport) return false;
  switch (question.kind) {
    case "flow": {
      const { client, server } = question;
      const { originator, responder } = flow;
      return (
        (isEnd(client, originator) && isEnd(server, responder)) ||
        (isEnd(server, originator) && isEnd(client, responder))
      );
    }
    case "address":
      // With a proxy the address is the proxy's, and stands on the flow's own line, unless an address was asked for.
      return to.some(
        ({ address, port, via }) =>
          address === question.address && isPort(question, port) && (via === null || via.address !== address),
      );
    case "name":
      return to.some((each) => isPort(question, each.port) && namesOf(each).includes(question.name));
  }
}

function namesOf({ name, otherNames }: Attribution): readonly OtherName[] {
  return name === null ? otherNames : [name, ...otherNames];
}

function isPort({ port }: { readonly port: number | null }, of: number | null): boolean {
  return port === null || port === of;
}

function isEnd(end: End, other: Flow["originator"]): boolean {
  return end.address === other.address && end.port === other.port;
}
