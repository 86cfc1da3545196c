// Runs commands in turn, A B A B …, so that a machine whose speed drifts drifts for all of them, and takes medians.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * One run of a command as GNU time sees it: wall seconds, processor seconds (user and system, of all threads), and the
 * most memory it had, in MB. Null when the command is not installed. With `feed`, that command's output is its input.
 */
export function run({ name, command, args, feed }) {
  if (spawnSync("which", [command]).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), "sallyport-time-"));
  const report = join(folder, "time");
  const timed = ["/usr/bin/time", "-o", report, "-f", "%e %U %S %M", command, ...args];
  const words = feed ? ["bash", "-c", `${quoted(feed)} | ${quoted(timed)}`] : timed;
  const { status, signal, error } = spawnSync(words[0], words.slice(1), {
    stdio: ["ignore", "ignore", "ignore"],
    timeout: 1_800_000,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${name}: ended with ${status ?? signal}`);
  const [wall, user, system, peak] = readFileSync(report, "utf8").trim().split(/\s+/).map(Number);
  rmSync(folder, { recursive: true });
  return { wall, cpu: user + system, peak: peak / 1000 };
}

const quoted = (words) => words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Prints for each command the medians of its wall and processor time and of its memory, and the median over the rounds
 * of the first command's time as a ratio of its time in the same round. `once`: commands too slow to run each round; the
 * first command's median is held against them. Where there are rounds, one that is not counted has the input read from disk.
 */
export function compare(title, commands, rounds, once = []) {
  const results = new Map(commands.map((command) => [command, []]));
  if (rounds > 1) run(commands[0]);
  for (let round = 0; round < rounds; round++) for (const [command, runs] of results) runs.push(run(command));
  for (const command of once) results.set(command, [run(command)]);
  console.log(`\n${title}`);
  const own = results.get(commands[0]);
  for (const [{ name }, runs] of results) {
    if (runs[0] === null) console.log(`  ${name.padEnd(58)} not installed`);
    else
      console.log(
        `  ${name.padEnd(58)} ${columns(runs)}   ${ratio(own, runs, "wall")} (cpu ${ratio(own, runs, "cpu")}) x`,
      );
  }
}

function columns(runs) {
  const of = (key) => median(runs.map((each) => each[key]));
  return `${of("wall").toFixed(2).padStart(7)} s  cpu ${of("cpu").toFixed(2).padStart(7)} s  ${of("peak").toFixed(0).padStart(5)} MB`;
}

function ratio(own, runs, key) {
  const of = (each) => each[key];
  const ratios =
    runs.length < own.length ? [median(own.map(of)) / runs[0][key]] : runs.map((each, i) => own[i][key] / each[key]);
  return median(ratios).toFixed(2);
}
