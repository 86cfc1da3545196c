/** `addrtype`: what the host's routes say an address is, as far as the address alone tells. */
import { type Box, point, type Range } from "../../packet/box.ts";
import { printOption } from "../write.ts";
import { type Reader, within } from "./reading.ts";

/** What surely is of a type, and whether the rest surely is not: an address may be the host's own, or its link's broadcast. */
interface AddressType {
  readonly boxes: readonly Box[];
  readonly open: boolean;
}

const of = (family: 4 | 6, range: Range): Box => [point(BigInt(family)), range];

const MULTICAST: readonly Box[] = [
  of(4, { first: 224n << 24n, last: (240n << 24n) - 1n }),
  of(6, { first: 0xffn << 120n, last: (1n << 128n) - 1n }),
];
const LOOPBACK_4: Box = of(4, { first: 127n << 24n, last: (128n << 24n) - 1n });
const LOOPBACK: readonly Box[] = [LOOPBACK_4, of(6, point(1n))];
const BROADCAST: readonly Box[] = [of(4, point((1n << 32n) - 1n))];

const DESTINATION_TYPES: Readonly<Record<string, AddressType>> = {
  LOCAL: { boxes: LOOPBACK, open: true },
  BROADCAST: { boxes: BROADCAST, open: true },
  MULTICAST: { boxes: MULTICAST, open: false },
};

const NOWHERE: Box = of(6, point(0n));

export const destinationType: Reader = (option, { family }) => {
  const names = (option.words[0] ?? "").split(",");
  // Whatever surely is of another type is no unicast; the rest is one unless some route of IPv4 says otherwise. For IPv6 the
  // address alone tells, and loopback is unicast as well as local.
  if (names.join() === "UNICAST") {
    const others = [LOOPBACK_4, ...BROADCAST, ...MULTICAST, NOWHERE];
    const other = within({ ...option, negated: !option.negated }, ["family", "daddr"], others, family !== 6);
    return [{ ...other, text: printOption(option) }];
  }
  const types = names.map((name) => (Object.hasOwn(DESTINATION_TYPES, name) ? DESTINATION_TYPES[name] : undefined));
  if (!types.every((type) => type !== undefined)) return null;
  const boxes = types.flatMap((type) => type.boxes);
  return [
    within(
      option,
      ["family", "daddr"],
      boxes,
      types.some((type) => type.open),
    ),
  ];
};

/** What a host sends comes from one of its own addresses, and what it forwards does not: routing refuses such sources. */
export const sourceType: Reader = (option) => {
  if (option.words[0] !== "LOCAL") return null;
  return [{ kind: "interface", direction: "in", names: ["*"], negated: !option.negated, text: printOption(option) }];
};
