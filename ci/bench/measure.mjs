// Runs commands in turn, A B A B …, so that a machine whose speed drifts drifts for all of them, and takes medians.
import { spawnSync } from "node:child_process";

/** Wall seconds of one run of a command; null when it is not installed. */
export function run({ name, command, args }) {
  const start = process.hrtime.bigint();
  const { status, signal, error } = spawnSync(command, args, {
    stdio: ["ignore", "ignore", "ignore"],
    timeout: 1_800_000,
  });
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  if (error?.code === "ENOENT") return null;
  if (error) throw error;
  if (status !== 0) throw new Error(`${name}: ended with ${status ?? signal}`);
  return seconds;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Medians of each command over `rounds` rounds; a command that is not installed is left out, and said. */
export function compare(commands, rounds) {
  const times = new Map(commands.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const command of commands) {
      const seconds = run(command);
      if (seconds === null) times.delete(command.name);
      else times.get(command.name)?.push(seconds);
    }
  }
  return new Map([...times].map(([name, list]) => [name, median(list)]));
}

/** Prints each median and the first command's time as a ratio of it. */
export function table(title, commands, medians) {
  console.log(`\n${title}`);
  const own = medians.get(commands[0].name);
  for (const { name } of commands) {
    const seconds = medians.get(name);
    if (seconds === undefined) console.log(`  ${name.padEnd(44)} not installed`);
    else
      console.log(
        `  ${name.padEnd(44)} ${seconds.toFixed(2).padStart(8)} s   ${(own / seconds).toFixed(2).padStart(6)} x its time`,
      );
  }
}
