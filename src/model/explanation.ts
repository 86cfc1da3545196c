/** `sallyport/explanation/v1`: where the name of a flow came from, packet by packet or line by line. */
import type { Address } from "./address.ts";
import type { AnswerSource, FlowState, NameSource, OpeningKind, Outcome, ProxyKind, Transport } from "./flow.ts";
import type { Fqdn } from "./fqdn.ts";
import type { Via } from "./observation.ts";

export const EXPLANATION_SCHEMA = "sallyport/explanation/v1";

interface End {
  readonly address: Address | null;
  readonly port: number | null;
}

/** What the client itself said, or asked a proxy for, and the records that hold it. */
export interface Said {
  readonly source: NameSource | ProxyKind | "literal";
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly port: number | null;
  readonly records: readonly number[];
}

/**
 * `used`: it gave the name. `agrees`: it says the same. `outweighed`: it fits, and something stronger or later says
 * another name. The others cannot explain the flow at all.
 */
export type AnswerUse = "used" | "agrees" | "outweighed" | "other-client" | "later" | "over";

/** One DNS answer (or name resolution block) for the address of the flow. */
export interface WeighedAnswer {
  readonly source: AnswerSource;
  readonly name: Fqdn;
  readonly chain: readonly Fqdn[];
  readonly client: Address | null;
  readonly resolver: Address | null;
  readonly ttl: number | null;
  readonly at: string | null;
  /** When its TTL and the grace were over; null where it holds without end. */
  readonly until: string | null;
  /** The record that completed it, and all that hold it. */
  readonly record: number;
  readonly records: readonly number[];
  readonly use: AnswerUse;
  readonly why: string;
}

export interface Verdict {
  readonly name: Fqdn | null;
  readonly nameSource: NameSource | null;
  readonly address: Address | null;
  readonly port: number | null;
  readonly via: Via | null;
  readonly flags: readonly string[];
  readonly sentence: string;
}

export interface FlowExplanation {
  readonly _schema: typeof EXPLANATION_SCHEMA;
  readonly kind: "flow";
  /** What was asked, in canonical form. */
  readonly question: string;
  readonly run: string;
  readonly source: string;
  /** What a record is: a packet of a capture or a line of a log. */
  readonly unit: "packet" | "line";
  readonly transport: Transport;
  readonly client: End;
  readonly server: End;
  readonly state: FlowState;
  readonly outcome: Outcome;
  readonly connections: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** What made the flow, where a log tells. */
  readonly workload: string | null;
  readonly tool: string | null;
  readonly process: string | null;
  /** Null in a log. */
  readonly packets: { readonly count: number; readonly first: number; readonly last: number } | null;
  readonly opening: readonly { readonly kind: OpeningKind; readonly record: number }[];
  /** The first packet with bytes of the client, where no hello or request is read in them. */
  readonly spoke: number | null;
  /** Records of a hello or request, whether or not a name is in it. */
  readonly hello: readonly number[];
  readonly said: readonly Said[];
  readonly flags: readonly string[];
  readonly answers: readonly WeighedAnswer[];
  /** Answers for this address that are not listed, to keep the list readable. */
  readonly answersLeftOut: number;
  /** One for the flow itself, and before it one for each thing asked of a proxy. */
  readonly verdicts: readonly Verdict[];
}

/** What comes near to a question that nothing answers. */
type NearMissKind = "same-name" | "same-address" | "same-hosts" | "as-client" | "resolved";

export interface NearMiss {
  readonly kind: NearMissKind;
  readonly name: Fqdn | null;
  readonly address: Address | null;
  readonly transport: Transport | null;
  readonly port: number | null;
  /** Flows or answers, in all runs. */
  readonly count: number;
  /** The first of them. */
  readonly run: string;
  readonly record: number | null;
}

/** The last line for each question. */
export interface QuestionSummary {
  readonly _schema: typeof EXPLANATION_SCHEMA;
  readonly kind: "question";
  readonly question: string;
  readonly runs: number;
  /** Flows that match in all runs, and how many of them are explained. */
  readonly flows: number;
  readonly explained: number;
  readonly nearMisses: readonly NearMiss[];
}

export interface Explained {
  readonly flows: readonly FlowExplanation[];
  readonly summary: QuestionSummary;
}
