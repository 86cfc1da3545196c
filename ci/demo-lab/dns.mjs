// Prints the dnsmasq configuration of one run: `node dns.mjs RUN`.
import { HOSTS, LAB } from "./cast.mjs";
import { findRun } from "./plan.mjs";

const { index } = findRun(process.argv[2]);

/** What a resolver would answer in this run. */
function given(addresses = [], answers = "all") {
  return answers === "one" && addresses.length > 0 ? [addresses[index % addresses.length]] : addresses;
}

const records = HOSTS.flatMap(({ name, cname, v4, v6, answers }) =>
  cname === undefined
    ? [...given(v4, answers), ...given(v6, answers)].map((address) => `host-record=${name},${address},300`)
    : [`cname=${name},${cname},60`],
);

const settings = [
  "no-resolv",
  "no-hosts",
  "no-poll",
  "local=/#/",
  "bind-interfaces",
  `listen-address=${LAB.resolver}`,
  "keep-in-foreground",
  "user=root",
  "log-facility=-",
];
console.log([...settings, ...records].join("\n"));
