// The time of day in a run: real elapsed time, counted from the instant the run is said to have started.

/** A function that gives RFC 3339 with microseconds; `DEMO_STARTED_AT` is the start, so that logs need no moving. */
export function labClock() {
  const [whole, fraction] = process.env.DEMO_STARTED_AT.replace("Z", "").split(".");
  const start = BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction);
  const began = process.hrtime.bigint();
  return () => {
    const micros = start + (process.hrtime.bigint() - began) / 1000n;
    const seconds = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19);
    return `${seconds}.${String(micros % 1_000_000n).padStart(6, "0")}Z`;
  };
}
