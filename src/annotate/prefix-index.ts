/** Longest-prefix match over all lists at once: every covering tag of an address, narrowest first. */
import type { Address } from "../model/address.ts";
import type { ListedService, PrefixIndex, PrefixTag } from "../model/annotation.ts";
import { InputError } from "../model/error.ts";
import type { Prefix } from "../model/prefix.ts";
import { type Label, rankLabels } from "./lookup/labels.ts";
import type { PrefixList } from "./prefix-list.ts";
import { PrefixRows } from "./lookup/prefix-rows.ts";
import { Scanner } from "./lookup/scanner.ts";
import { NO_TAGS, TagTable } from "./lookup/tag-table.ts";

export function buildPrefixIndex(lists: readonly PrefixList[]): PrefixIndex {
  const builder = new IndexBuilder();
  const scanner = new Scanner();
  for (const { provider, version, entries } of lists) {
    const labels = new Map<string, number>();
    for (const { prefix, service, region } of entries) {
      const key = `${service} ${region ?? ""}`;
      const label = labels.get(key) ?? builder.label({ provider, service, region, version });
      labels.set(key, label);
      const family = scanner.prefixOf(prefix);
      if (family === 0) throw new InputError(`${provider}: ${prefix} is no prefix`);
      (family === 4 ? builder.v4 : builder.v6).add(scanner, label);
    }
  }
  return builder.build();
}

/** Takes prefixes as groups and labels as numbers: no string is made for a prefix until a look-up finds it. */
export class IndexBuilder {
  readonly v4: PrefixRows = new PrefixRows();
  readonly v6: PrefixRows = new PrefixRows();
  private readonly labels: Label[] = [];

  /** Registers a label and returns its number. */
  label(label: Label): number {
    return this.labels.push(label) - 1;
  }

  build(): PrefixIndex {
    const labels = rankLabels(this.labels);
    const v4 = new TagTable(4, this.v4, labels);
    const v6 = new TagTable(6, this.v6, labels);
    const scanner = new Scanner();
    return {
      lookup(address: Address): readonly PrefixTag[] {
        const family = scanner.addressOf(address);
        return family === 0 ? NO_TAGS : (family === 4 ? v4 : v6).lookup(scanner.groups);
      },
      listOf({ provider, service, region }: ListedService): readonly Prefix[] {
        const isIts = (label: Label): boolean =>
          label.provider === provider && label.service === service && label.region === region;
        return [...v4.listOf(isIts), ...v6.listOf(isIts)];
      },
    };
  }
}
