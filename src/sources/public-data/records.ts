/**
 * Records of which a data set knows little: what is not said is null, or the schema's default.
 *
 * Each is one literal with all fields in the schema's order. Objects that are spread together take
 * many times as long to make, which is felt in an import of a million.
 */
import type { Click, LogisticsEvent, Order, OrderLine } from '../../events.ts'

/** A record of which these fields must be said. */
type Known<T, Required extends keyof T> = Pick<T, Required> & Partial<T>

const NO_LINES: readonly OrderLine[] = []

export const orderWith = (
  known: Known<Order, 'eventId' | 'occurredAt' | 'orderId' | 'type' | 'currency' | 'totalMinor'>,
): Order => ({
  eventId: known.eventId,
  occurredAt: known.occurredAt,
  orderId: known.orderId,
  originalOrderId: known.originalOrderId ?? null,
  userId: known.userId ?? null,
  visitorId: known.visitorId ?? null,
  type: known.type,
  market: known.market ?? null,
  merchantId: known.merchantId ?? null,
  currency: known.currency,
  totalMinor: known.totalMinor,
  discountMinor: known.discountMinor ?? 0,
  shippingMinor: known.shippingMinor ?? 0,
  lines: known.lines ?? NO_LINES,
  paymentMethod: known.paymentMethod ?? null,
  instrumentId: known.instrumentId ?? null,
  issuerCountry: known.issuerCountry ?? null,
  deviceId: known.deviceId ?? null,
  ip: known.ip ?? null,
  country: known.country ?? null,
  latitude: known.latitude ?? null,
  longitude: known.longitude ?? null,
  shippingAddressId: known.shippingAddressId ?? null,
  shippingCountry: known.shippingCountry ?? null,
  couponId: known.couponId ?? null,
  referrerUserId: known.referrerUserId ?? null,
})

export const lineWith = (
  known: Known<OrderLine, 'sku' | 'quantity' | 'unitPriceMinor'>,
): OrderLine => ({
  sku: known.sku,
  category: known.category ?? null,
  warehouseId: known.warehouseId ?? null,
  quantity: known.quantity,
  unitPriceMinor: known.unitPriceMinor,
  listPriceMinor: known.listPriceMinor ?? null,
  unitCostMinor: known.unitCostMinor ?? null,
  promotionId: known.promotionId ?? null,
})

export const clickWith = (
  known: Known<Click, 'eventId' | 'occurredAt' | 'visitorId' | 'type'>,
): Click => ({
  eventId: known.eventId,
  occurredAt: known.occurredAt,
  visitorId: known.visitorId,
  userId: known.userId ?? null,
  sessionId: known.sessionId ?? null,
  type: known.type,
  sku: known.sku ?? null,
  category: known.category ?? null,
  market: known.market ?? null,
  quantity: known.quantity ?? null,
  priceMinor: known.priceMinor ?? null,
  currency: known.currency ?? null,
  dwellMs: known.dwellMs ?? null,
  query: known.query ?? null,
  channel: known.channel ?? null,
  campaign: known.campaign ?? null,
  referrerUserId: known.referrerUserId ?? null,
  deviceId: known.deviceId ?? null,
  ip: known.ip ?? null,
  country: known.country ?? null,
  latitude: known.latitude ?? null,
  longitude: known.longitude ?? null,
  consents: known.consents ?? null,
})

/** A reading of a sensor. */
export const readingWith = (
  known: Known<LogisticsEvent, 'eventId' | 'occurredAt' | 'shipmentId'>,
): LogisticsEvent => ({
  eventId: known.eventId,
  occurredAt: known.occurredAt,
  shipmentId: known.shipmentId,
  sensorId: known.sensorId ?? null,
  type: 'READING',
  locationId: known.locationId ?? null,
  latitude: known.latitude ?? null,
  longitude: known.longitude ?? null,
  speedKph: known.speedKph ?? null,
  temperatureC: known.temperatureC ?? null,
  humidityPct: known.humidityPct ?? null,
  shockG: known.shockG ?? null,
  tiltDeg: known.tiltDeg ?? null,
  batteryPct: known.batteryPct ?? null,
})
