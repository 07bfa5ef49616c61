/**
 * The shop's own time, and how it maps to event time.
 *
 * Shop time is what has passed while the shop was open, in ms; it is 0 at the opening. All plans are
 * made in it. So nothing that is due while the shop is closed is lost or doubled: it comes as much
 * later as the shop was closed.
 */
import { MillraceError } from '../../engine/errors.ts'
import { HISTORY_SLOT_MS, LIVE_SLOT_MS } from './rates.ts'

/** A live stretch: slot `slot` begins at wall time `at`. A restart after downtime adds one. */
export interface Stretch {
  readonly slot: number
  readonly at: number
}

/** Ms for which the shop has been open; below 0 before it opened. */
export type ShopTime = number

export class Calendar {
  readonly opensAt: number
  readonly historySlots: number
  /** When live begins, in shop time. */
  readonly liveFrom: ShopTime

  constructor(opensAt: number, liveAt: number) {
    this.opensAt = opensAt
    this.historySlots = (liveAt - opensAt) / HISTORY_SLOT_MS
    this.liveFrom = liveAt - opensAt
    if (Number.isInteger(this.historySlots) && this.historySlots >= 0) return
    throw new MillraceError(
      'CONFIG_INVALID',
      `The history of the shop must be a whole number of ${HISTORY_SLOT_MS} ms slots, and is ${this.liveFrom} ms long: move opensAt.`,
    )
  }

  isLive(slot: number): boolean {
    return slot >= this.historySlots
  }

  startOf(slot: number): ShopTime {
    const live = slot - this.historySlots
    return live < 0 ? slot * HISTORY_SLOT_MS : this.liveFrom + live * LIVE_SLOT_MS
  }

  lengthOf(slot: number): number {
    return slot < this.historySlots ? HISTORY_SLOT_MS : LIVE_SLOT_MS
  }

  /** The slot that holds a moment; negative before the opening. */
  slotAt(at: ShopTime): number {
    return at < this.liveFrom
      ? Math.floor(at / HISTORY_SLOT_MS)
      : this.historySlots + Math.floor((at - this.liveFrom) / LIVE_SLOT_MS)
  }

  /** Event time of a moment, given the stretches; without any, the shop never closed. */
  eventTime(at: ShopTime, stretches: readonly Stretch[]): number {
    for (let i = stretches.length - 1; i >= 0; i--) {
      const stretch = stretches[i]!
      const from = this.startOf(stretch.slot)
      if (at >= from && at >= this.liveFrom) return stretch.at + at - from
    }
    return this.opensAt + at
  }
}
