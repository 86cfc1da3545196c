/** A candidate that was approved, held against the published lists of today. */
import type { Options } from "yargs";
import { type Approved, movedLists } from "../../diff/index.ts";
import type { Candidate } from "../../model/candidate.ts";
import { InputError } from "../../model/error.ts";
import { datedAt } from "../../annotate/snapshot.ts";
import { readArtefact } from "../artefacts.ts";
import { PublishedLists } from "./lists.ts";

export const APPROVED_OPTIONS: Readonly<Record<string, Options>> = {
  approved: {
    type: "string",
    requiresArg: true,
    describe: "the candidate.json that production was made from: tells where published lists have moved since",
  },
};

export function approvedIn(path: string | null, folder: string | null): Approved | undefined {
  if (path === null) return undefined;
  const read = readArtefact(path);
  if (read?.kind !== "candidate") throw new InputError(`${path}: not a candidate`);
  if (read.candidate.prefixes === undefined) {
    throw new InputError(`${path}: does not say with which prefix lists it was made`);
  }
  return approvedAgainst(read.candidate, folder);
}

/** The lists are read only where one of them has moved. */
export function approvedAgainst(candidate: Candidate, folder: string | null): Approved | undefined {
  if (candidate.prefixes === undefined) return undefined;
  const lists = new PublishedLists(folder);
  const today = lists.listed.map(({ snapshot }) => ({
    list: snapshot.provider,
    version: snapshot.version,
    digest: snapshot.sha256,
    datedAt: datedAt(snapshot),
  }));
  return movedLists(candidate.prefixes, today).length === 0 ? undefined : { candidate, published: lists.index() };
}
