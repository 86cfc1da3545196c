import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Progress } from "../../src/cli/progress.ts";
import { Tally } from "../../src/cli/tally.ts";

/** Every text written, the erasing sequence as `<`. */
class Screen {
  readonly written: string[] = [];
  columns = 80;
  write(text: string): void {
    this.written.push(text.replaceAll("\r\u001B[K", "<"));
  }
}

describe("the progress line", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  function begun(columns = 80): { screen: Screen; progress: Progress; tally: Tally } {
    const screen = new Screen();
    screen.columns = columns;
    const progress = new Progress(screen);
    const tally = new Tally(2);
    progress.begin(tally, 4096);
    return { screen, progress, tally };
  }

  test("is not there for a read of less than a second", () => {
    const { screen, progress } = begun();
    vi.advanceTimersByTime(999);
    progress.tick();
    progress.end();
    expect(screen.written).toEqual([]);
  });

  test("comes after a second, and goes at the end", () => {
    const { screen, progress, tally } = begun();
    tally.watch(0, () => {})(3, 1024);
    vi.advanceTimersByTime(1000);
    progress.end();
    expect(screen.written).toEqual(["<run 1 of 2, 3 records, 1.00 KiB of 4.00 KiB, 1.00 KiB/s, 3 s left", "<"]);
  });

  test("is drawn at most four times a second, however often it is asked to", () => {
    const { screen, progress } = begun();
    for (let i = 0; i < 3000; i++) {
      vi.advanceTimersByTime(1);
      progress.tick();
    }
    expect(screen.written).toHaveLength(9);
  });

  test("sums what all threads have read", () => {
    const { screen, tally } = begun();
    tally.watch(0, () => {})(3, 1024);
    tally.watch(1, () => {})(4, 1024);
    tally.done = 1;
    vi.advanceTimersByTime(1000);
    expect(screen.written).toEqual(["<run 2 of 2, 7 records, 2.00 KiB of 4.00 KiB, 2.00 KiB/s, 1 s left"]);
  });

  test("makes room for other text once, and comes back", () => {
    const { screen, progress } = begun();
    vi.advanceTimersByTime(1000);
    progress.erase();
    progress.erase();
    expect(screen.written.slice(1)).toEqual(["<"]);
    vi.advanceTimersByTime(250);
    expect(screen.written).toHaveLength(3);
  });

  test.each([
    [30, "<0 B of 4.00 KiB, 0 B/s"],
    [12, "<0 B/s"],
    [0, "<run 1 of 2, 0 records, 0 B of 4.00 KiB, 0 B/s"],
  ])("fits %i columns", (columns, line) => {
    const { screen } = begun(columns);
    vi.advanceTimersByTime(1000);
    expect(screen.written).toEqual([line]);
  });

  test("stays away once the read is over", () => {
    const { screen, progress } = begun();
    progress.end();
    vi.advanceTimersByTime(5000);
    progress.tick();
    progress.erase();
    expect(screen.written).toEqual([]);
  });
});
