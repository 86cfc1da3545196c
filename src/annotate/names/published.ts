/** Host patterns that providers publish for their own hosts: a family need not be guessed where its owner names it. */

interface PublishedPattern {
  readonly pattern: string;
  readonly source: string;
}

const META = "https://api.github.com/meta (domains)";

/** Without the patterns their owners publish that span tenants, such as `*.blob.core.windows.net`. */
export const PUBLISHED_PATTERNS: readonly PublishedPattern[] = [
  { pattern: "*.actions.githubusercontent.com", source: META },
  { pattern: "*.pkg.github.com", source: META },
  { pattern: "*.githubcopilot.com", source: META },
];
