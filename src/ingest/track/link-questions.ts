/** Who on the link asked for which name: what is announced to all explains only the flows of those who wanted it. */
import type { Address } from "../../model/address.ts";
import type { Rejections } from "../../model/flow.ts";
import type { Fqdn } from "../../model/fqdn.ts";

/** Names and askers remembered; a link has some dozens of either. */
const MAX_NAMES = 4096;
const MAX_CLIENTS = 64;

const NOBODY: ReadonlySet<Address> = new Set();

export class LinkQuestions {
  readonly #clients = new Map<Fqdn, Set<Address>>();
  readonly #rejections: Rejections;

  constructor(rejections: Rejections) {
    this.#rejections = rejections;
  }

  ask(names: readonly Fqdn[], client: Address, record: number): void {
    for (const name of names) {
      const clients = this.#clients.get(name) ?? new Set();
      const isFull = clients.size === 0 ? this.#clients.size >= MAX_NAMES : clients.size >= MAX_CLIENTS;
      if (clients.has(client)) continue;
      if (isFull) this.#rejections.add("link-table-full", record);
      else this.#clients.set(name, clients.add(client));
    }
  }

  clientsOf(name: Fqdn): ReadonlySet<Address> {
    return this.#clients.get(name) ?? NOBODY;
  }
}
