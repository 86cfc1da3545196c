/** The log formats that can be read, by name: apart from what reads them, which who reads captures need not load. */
export const LOG_FORMATS = ["jsonl", "zeek", "suricata", "hubble", "bullfrog", "awf", "squid", "aws-vpc"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];
