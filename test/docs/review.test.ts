import { expect, test } from "vitest";
import { approvedOf } from "../../src/propose/approval.ts";
import { ledgerLines, parseVerdicts, verifyLedger } from "../../src/propose/index.ts";
import { rule } from "../support/build.ts";
import { block, page, rows, section } from "./pages.ts";

test("the ledger of the page holds, is what would be written, and each of its fields is explained", () => {
  const text = page("docs/formats/ledger.md");
  const lines = block(text, "jsonl");
  const found = verifyLedger(Buffer.from(lines), "ledger.jsonl");
  expect(found).toMatchObject({ intact: true });
  const [record] = found.intact ? found.records : [];
  if (record === undefined) throw new Error("no record");
  const { _schema, seq: _seq, previous: _previous, hash: _hash, ...act } = record;
  expect(ledgerLines(null, [act], {})).toBe(lines);
  const explained = rows(text.slice(0, text.indexOf("\n## "))).flatMap(([cell = ""]) =>
    cell.replaceAll("`", "").split(", "),
  );
  const fields = [...Object.keys(record).filter((key) => key !== "_schema"), "signature", "hmac"];
  expect(explained.sort()).toEqual(fields.sort());
});

test("the answers of the page are accepted", () => {
  expect(parseVerdicts(JSON.parse(block(page("docs/review.md"), "json")), "answers.json")).toHaveLength(2);
});

test("what an approval is over is shown as it is", () => {
  const shown = JSON.parse(block(section(page("docs/formats/allowlist.md"), "## Approvals"), "json"));
  expect(approvedOf([rule("api.openai.com", ["162.159.140.245"])])).toEqual(shown);
});
