/** The accumulation curve as characters: `*` within the runs that were made, `o` beyond them. */
import type { CoverageReport } from "../../model/coverage.ts";

const WIDTH = 56;
const HEIGHT = 10;

export function curveLines({ m, S_obs, rarefaction, extrapolated }: CoverageReport): string[] {
  const points = [...rarefaction, ...extrapolated];
  const most = points.at(-1) ?? 0;
  if (m < 2 || S_obs === 0 || most <= 0) return [];
  const columns = Math.min(WIDTH, points.length);
  const grid = Array.from({ length: HEIGHT }, () => Array.from({ length: columns }, () => " "));
  for (let x = 0; x < columns; x++) {
    const at = columns === 1 ? 0 : Math.round((x * (points.length - 1)) / (columns - 1));
    const height = Math.round(((points[at] ?? 0) / most) * (HEIGHT - 1));
    const row = grid[HEIGHT - 1 - height];
    if (row) row[x] = at < m ? "*" : "o";
  }
  const top = most.toFixed(most < 10 ? 1 : 0);
  const label = (y: number): string => (y === 0 ? top : y === HEIGHT - 1 ? "0" : "").padStart(8);
  const scale = `1${String(points.length).padStart(columns - 1)}`;
  return [
    ...grid.map((row, y) => `${label(y)} |${row.join("").trimEnd()}`),
    `${" ".repeat(9)}+${"-".repeat(columns)}`,
    `${" ".repeat(10)}${scale}`,
    `${" ".repeat(10)}runs: * the ${m} that were made${extrapolated.length > 0 ? ", o as many again, extrapolated" : ""}`,
  ];
}
