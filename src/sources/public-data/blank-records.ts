/** Records in which nothing is known yet; importers fill in what their data says. */
import type { Click, LogisticsEvent, Order, OrderLine } from '../../events.ts'

type Known<T, K extends keyof T> = Omit<T, K>

export const blankOrder: Known<
  Order,
  'eventId' | 'occurredAt' | 'orderId' | 'type' | 'currency' | 'totalMinor'
> = {
  originalOrderId: null,
  userId: null,
  visitorId: null,
  market: null,
  merchantId: null,
  discountMinor: 0,
  shippingMinor: 0,
  lines: [],
  paymentMethod: null,
  instrumentId: null,
  issuerCountry: null,
  deviceId: null,
  ip: null,
  country: null,
  latitude: null,
  longitude: null,
  shippingAddressId: null,
  shippingCountry: null,
  couponId: null,
  referrerUserId: null,
}

export const blankLine: Known<OrderLine, 'sku' | 'quantity' | 'unitPriceMinor'> = {
  category: null,
  warehouseId: null,
  listPriceMinor: null,
  unitCostMinor: null,
  promotionId: null,
}

export const blankClick: Known<Click, 'eventId' | 'occurredAt' | 'visitorId' | 'type'> = {
  userId: null,
  sessionId: null,
  sku: null,
  category: null,
  market: null,
  quantity: null,
  priceMinor: null,
  currency: null,
  dwellMs: null,
  query: null,
  channel: null,
  campaign: null,
  referrerUserId: null,
  deviceId: null,
  ip: null,
  country: null,
  latitude: null,
  longitude: null,
  consents: null,
}

export const blankReading: Known<LogisticsEvent, 'eventId' | 'occurredAt' | 'shipmentId'> = {
  type: 'READING',
  sensorId: null,
  locationId: null,
  latitude: null,
  longitude: null,
  speedKph: null,
  temperatureC: null,
  humidityPct: null,
  shockG: null,
  tiltDeg: null,
  batteryPct: null,
}
