// Two versions of one policy, a rule an address and port, one in a hundred changed between them:
// `node generate-policy.mjs FOLDER RULES nft|set|iptables` writes FOLDER/before and FOLDER/after.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, count, kind] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
const PORTS = [443, 443, 443, 80, 8443, 22, 5432];

/** Every address once, in an order that looks like chance: a step that is odd comes round to each. */
const addressOf = (i) => {
  const value = (0x0b000000 + ((Math.imul(i, 0x9e3779b1) >>> 0) % 0x5f000000)) >>> 0;
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
};

/** Of every hundred rules one is another in the second version: another port, gone, or new. */
function rules(version) {
  return Array.from({ length: count }, (_, i) => {
    const port = PORTS[i % PORTS.length];
    const changed = version === "after" && i % 100 === 7;
    return { address: addressOf(changed && i % 200 === 7 ? i + count : i), port: changed ? port + 1 : port };
  });
}

const DIALECTS = {
  nft: (list) =>
    `table inet egress {\nchain output {\ntype filter hook output priority 0; policy drop;\noifname "lo" accept\nct state established,related accept\nudp dport 53 accept\n${list.map(({ address, port }) => `ip daddr ${address} tcp dport ${port} accept\n`).join("")}}\n}\n`,
  set: (list) =>
    `table inet egress {\nset allowed {\ntype ipv4_addr . inet_service\nelements = { ${list.map(({ address, port }) => `${address} . ${port}`).join(",\n")} }\n}\nchain output {\ntype filter hook output priority 0; policy drop;\noifname "lo" accept\nct state established,related accept\nudp dport 53 accept\nip daddr . tcp dport @allowed accept\n}\n}\n`,
  iptables: (list) =>
    `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n-A OUTPUT -o lo -j ACCEPT\n-A OUTPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n-A OUTPUT -p udp -m udp --dport 53 -j ACCEPT\n${list.map(({ address, port }) => `-A OUTPUT -d ${address}/32 -p tcp -m tcp --dport ${port} -j ACCEPT\n`).join("")}COMMIT\n`,
};

mkdirSync(folder, { recursive: true });
for (const version of ["before", "after"]) writeFileSync(join(folder, version), DIALECTS[kind](rules(version)));
