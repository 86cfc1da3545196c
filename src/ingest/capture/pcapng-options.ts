/** The options of pcapng blocks, and the clock that an interface description's options define. */
import type { Instant } from "../../model/instant.ts";
import type { ByteOrder } from "./bytes.ts";

/** Calls `visit` with each option's code and value; malformed tails end the walk, as there is nothing behind them. */
export function eachOption(
  order: ByteOrder,
  bytes: Uint8Array,
  from: number,
  to: number,
  visit: (code: number, at: number, length: number) => void,
): void {
  let at = from;
  while (at + 4 <= to) {
    const code = order.u16(bytes, at);
    const length = order.u16(bytes, at + 2);
    if (code === 0 || at + 4 + length > to) return;
    visit(code, at + 4, length);
    at += 4 + ((length + 3) & ~3);
  }
}

/** Turns an interface's 64-bit ticks into microseconds, rounding down. */
export interface Clock {
  /** `if_tsresol`: ticks are 10^-n or, with the high bit set, 2^-n seconds. */
  readonly resolution: number;
  /** `if_tsoffset` in seconds. */
  readonly offset: number;
}

export const DEFAULT_CLOCK: Clock = { resolution: 6, offset: 0 };

/** NaN when the time lies outside the years 1970 to 2255, so beyond what an Instant can say. */
export function toInstant(clock: Clock, high: number, low: number): Instant {
  const micros = ticksToMicros(clock.resolution, high, low) + clock.offset * 1e6;
  return Number.isSafeInteger(micros) && micros >= 0 ? micros : Number.NaN;
}

const WORD = 2 ** 32;

function ticksToMicros(resolution: number, high: number, low: number): number {
  if (resolution === 6) return high * WORD + low;
  if (resolution > 6 && resolution <= 12) {
    // Division by parts: the ticks themselves may need more than the 53 bits a number holds exactly.
    const ticks = 10 ** (resolution - 6);
    const rest = high * (WORD % ticks) + low;
    return high * Math.floor(WORD / ticks) + Math.floor(rest / ticks);
  }
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  const perSecond = resolution & 0x80 ? 1n << BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  return Number((ticks * 1_000_000n) / perSecond);
}
