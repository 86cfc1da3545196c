import { defineConfig } from "vitest/config";

/** Three projects: `unit` runs anywhere, `kernel` loads rules into network namespaces, `corpus` needs the shared corpus. */
export default defineConfig({
  test: {
    // Most tests wait for programs that they start: a core kept free would be idle.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/kernel/**", "test/corpus/**"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "kernel",
          include: ["test/kernel/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "corpus",
          include: ["test/corpus/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
