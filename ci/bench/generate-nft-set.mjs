// An nftables ruleset with one set of IPv4 addresses: `node generate-nft-set.mjs FILE ELEMENTS`. The same arguments give the same bytes.
import { writeFileSync } from "node:fs";

const [file, count] = [process.argv[2], Number(process.argv[3])];
if (!file || !Number.isInteger(count) || count < 1) {
  console.error("usage: node generate-nft-set.mjs FILE ELEMENTS");
  process.exit(2);
}

// A step prime to the size of the space visits no address twice.
const [SPACE, STEP, FIRST] = [2 ** 30, 977_613_007, 2 ** 24];
const addresses = Array.from({ length: count }, (_, i) => {
  const value = FIRST + Number((BigInt(i) * BigInt(STEP)) % BigInt(SPACE));
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
});
writeFileSync(
  file,
  `table inet bench {
	set allowed {
		type ipv4_addr
		elements = { ${addresses.join(",\n			")} }
	}
	chain output {
		type filter hook output priority filter; policy drop;
		ip daddr @allowed tcp dport 443 accept
	}
}
`,
);
