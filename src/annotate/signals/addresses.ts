/** Where an address says more than its name: metadata services however they are written, and networks of our own. */
import { type Address, familyOf } from "../../model/address.ts";
import { spelled, translated } from "../names/embedded.ts";
import type { Detect, Found } from "./detect.ts";
import { inSpecial, METADATA_ADDRESSES, METADATA_NAMES } from "./special.ts";

const CREDENTIALS = "hands out the machine's credentials to whoever asks from it";

export const metadata: Detect = ({ endpoint: { name, otherNames }, addresses }) => {
  const listed = name === null ? undefined : METADATA_NAMES.get(name);
  if (name !== null && listed !== undefined)
    return { reason: CREDENTIALS, evidence: `${name} is its name`, source: listed };
  for (const address of addresses) {
    const found = metadataAt(address);
    if (found !== null) return found;
  }
  const names = [...(name === null ? [] : [name]), ...otherNames];
  for (const said of names) {
    for (const address of spelled(said)) {
      const source = METADATA_ADDRESSES.get(address);
      if (source !== undefined) return { reason: CREDENTIALS, evidence: `${said} spells out ${address}`, source };
    }
  }
  return null;
};

function metadataAt(address: Address): Found | null {
  const source = METADATA_ADDRESSES.get(address);
  if (source !== undefined) return { reason: CREDENTIALS, evidence: `${address} is its address`, source };
  const inner = translated(address);
  const hidden = inner === null ? undefined : METADATA_ADDRESSES.get(inner.address);
  if (inner === null || hidden === undefined) return null;
  return { reason: CREDENTIALS, evidence: `${address} is ${inner.address} by ${inner.by}`, source: hidden };
}

export const privateAddress: Detect = ({ endpoint: { name }, addresses, facts }) => {
  for (const address of addresses) {
    const inner = translated(address);
    const own = inSpecial(inner?.address ?? address);
    if (own === null) continue;
    const by = inner === null ? "" : `, which is ${inner.address} by ${inner.by}`;
    const evidence = `${address}${by} is ${own.what}`;
    const isPublicName = name !== null && facts?.owned !== null && facts?.kind !== "private";
    const reason = isPublicName
      ? "a name that anybody may own points into a network of our own, as in DNS rebinding: what it reaches depends on where it is asked"
      : "a host of our own network: what it reaches depends on where the rule stands";
    return { reason, evidence, source: own.source };
  }
  return null;
};

export const noName: Detect = ({ endpoint: { name, address, otherNames } }) => {
  if (name !== null || address === null) return null;
  // Who writes the address where a name could stand has not named it.
  const others = otherNames.filter((other) => other !== address);
  const called = others.length === 0 ? "" : `; it was called ${others.slice(0, 3).join(", ")}`;
  return {
    reason: "nothing says whose it is, or that it will be the same tomorrow",
    evidence: `no name was seen for this IPv${familyOf(address)} address${called}`,
    source: null,
  };
};
