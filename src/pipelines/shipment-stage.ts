import type { LogisticsEvent, ShipmentStage } from '../events.ts'

/** The stages in their order. */
export const STAGES = ['HANDED_OVER', 'IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'] as const
export type Stage = (typeof STAGES)[number] & ShipmentStage

const STAGE_OF: Readonly<Partial<Record<LogisticsEvent['type'], Stage>>> = {
  PICKED_UP: 'HANDED_OVER',
  DEPARTED: 'IN_TRANSIT',
  ARRIVED: 'IN_TRANSIT',
  SCANNED: 'IN_TRANSIT',
  OUT_FOR_DELIVERY: 'OUT_FOR_DELIVERY',
  DELIVERED: 'DELIVERED',
}

/** The stage that a shipment has come to by an event; null: none. */
export const stageBy = ({ type }: Pick<LogisticsEvent, 'type'>): Stage | null =>
  STAGE_OF[type] ?? null

export const isFurther = (stage: Stage, than: Stage | null): boolean =>
  than === null || STAGES.indexOf(stage) > STAGES.indexOf(than)
