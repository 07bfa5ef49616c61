/**
 * The signs of fraud that reasons name. Each stands for bins of one or several kinds, whose weights are
 * added up; the code is stored, and the sentence is what an analyst reads.
 */
import type { BinKind } from './fraud-bins.ts'
import type { FraudFeatures } from './fraud-score.ts'

export interface FraudSignText {
  readonly kinds: readonly BinKind[]
  readonly sentence: string
}

export const FRAUD_SIGNS = {
  MANY_ATTEMPTS: {
    kinds: ['attempts10m'],
    sentence: 'Attempts within the ten minutes before: {attempts10m}.',
  },
  FREQUENT_ATTEMPTS: {
    kinds: ['attempts1h', 'attempts24h', 'attempts7d'],
    sentence:
      'Attempts within the hour before: {attempts1h}, a day: {attempts24h}, a week: {attempts7d}.',
  },
  RECENT_DECLINES: {
    kinds: ['declines1h'],
    sentence: 'Payments declined within the hour before: {declines1h}.',
  },
  EARLIER_DECLINES: {
    kinds: ['declines24h'],
    sentence: 'Payments declined within the day before: {declines24h}.',
  },
  FAILED_LOGINS: {
    kinds: ['failedLogins1h'],
    sentence: 'Logins failed within the hour before: {failedLogins1h}.',
  },
  UNUSUAL_AMOUNT: {
    kinds: ['amountZ', 'amountRatio', 'amountZ*amountRatio'],
    sentence:
      'The amount is {amountRatio} times the usual one, {amountZ} standard deviations above it.',
  },
  LARGE_AMOUNT: { kinds: ['amountMinor'], sentence: 'The amount is {amount}.' },
  STEADY_BURN: {
    kinds: ['anomalyMass', 'amountZ*anomalyMass', 'amountRatio*anomalyMass'],
    sentence:
      'Amounts far above the usual keep coming: {anomalyMass} of late, and this one {amountRatio} times the usual.',
  },
  IMPOSSIBLE_TRAVEL: {
    kinds: ['travelKph*travelKm'],
    sentence: 'Last seen {travelKm} km away: getting here took {travelKph} km/h.',
  },
  SHARED_DEVICE: {
    kinds: ['deviceUsers24h'],
    sentence: '{deviceUsers24h} customers used this device within a day.',
  },
  SHARED_INSTRUMENT: {
    kinds: ['instrumentUsers24h'],
    sentence: '{instrumentUsers24h} customers paid with this instrument within a day.',
  },
  SHARED_ADDRESS: {
    kinds: ['ipUsers24h'],
    sentence: '{ipUsers24h} customers came from this IP address within a day.',
  },
  SHARED_DESTINATION: {
    kinds: ['addressUsers30d'],
    sentence: 'Orders of {addressUsers30d} customers went to this address within 30 days.',
  },
  NEW_DEVICE: {
    kinds: ['newDevice*devicesKnown'],
    sentence: 'First time on this device; devices known of the customer: {devicesKnown}.',
  },
  NEW_INSTRUMENT: {
    kinds: ['newInstrument*instrumentsKnown'],
    sentence: 'First time with this instrument; known of the customer: {instrumentsKnown}.',
  },
  NEW_ADDRESS: {
    kinds: ['newAddress*addressesKnown'],
    sentence: 'First time to this address; known of the customer: {addressesKnown}.',
  },
  NEW_METHOD: { kinds: ['newMethod'], sentence: 'First time that the customer pays this way.' },
  GIFT_CARD: { kinds: ['giftCard'], sentence: 'It is paid with a gift card.' },
  COUNTRIES_DIFFER: {
    kinds: ['countriesDiffering'],
    sentence:
      'Card, network and destination are in different countries; beyond the first: {countriesDiffering}.',
  },
  REFUND_HABIT: {
    kinds: ['refunds30d*refundShare30d'],
    sentence: 'Of {orders30d} orders within 30 days {refunds30d} were given back.',
  },
  CUSTOMER_FRAUDS: {
    kinds: ['userRisk', 'userFraudAgeDays'],
    sentence: 'By what became of earlier orders of the customer, the risk of fraud: {userRisk} %.',
  },
  INSTRUMENT_FRAUDS: {
    kinds: ['instrumentRisk'],
    sentence:
      'By what became of earlier orders with this instrument, the risk of fraud: {instrumentRisk} %.',
  },
  DEVICE_FRAUDS: {
    kinds: ['deviceRisk'],
    sentence:
      'By what became of earlier orders from this device, the risk of fraud: {deviceRisk} %.',
  },
  IP_FRAUDS: {
    kinds: ['ipRisk'],
    sentence:
      'By what became of earlier orders from this IP address, the risk of fraud: {ipRisk} %.',
  },
  ADDRESS_FRAUDS: {
    kinds: ['addressRisk'],
    sentence:
      'By what became of earlier orders to this address, the risk of fraud: {addressRisk} %.',
  },
  MERCHANT_FRAUDS: {
    kinds: [
      'merchantRisk',
      'merchantRisk2d',
      'merchantLastFrauds',
      'merchantFraudAgeDays',
      'merchantRisk*merchantLastFrauds',
      'merchantLastFrauds*merchantFraudAgeDays',
    ],
    sentence:
      'By what became of earlier orders at the merchant, the risk of fraud: {merchantRisk} %; of the last three: {merchantLastFrauds}.',
  },
  MERCHANT_VOLUME: {
    kinds: ['merchantOrders7d'],
    sentence: 'Orders at the merchant within seven days: {merchantOrders7d}.',
  },
  LINKED_CUSTOMERS: {
    kinds: ['componentUsers'],
    sentence: 'Linked by devices, cards and addresses that they share: {componentUsers} customers.',
  },
  LINKED_FRAUDS: {
    kinds: ['componentRisk', 'fraudHops'],
    sentence:
      'By what became of orders of the {componentUsers} customers linked by what they share, the risk of fraud: {componentRisk} %.',
  },
  CURRENCY_CHANGED: {
    kinds: ['otherCurrency'],
    sentence: 'The amount is in another currency than those before.',
  },
  KNOWN_BEFORE: {
    kinds: ['history'],
    sentence: 'The weight of what is known from before is {history}.',
  },
} as const satisfies Readonly<Record<string, FraudSignText>>
export type FraudSign = keyof typeof FRAUD_SIGNS

/**
 * What is going on, as an analyst would name it. Learnt weights share out what goes together: of a card that is
 * used up slowly, the amount of this order may weigh more than that such amounts keep coming.
 */
export const FRAUD_PATTERNS: ReadonlySet<FraudSign> = new Set<FraudSign>([
  'RECENT_DECLINES',
  'FAILED_LOGINS',
  'STEADY_BURN',
  'IMPOSSIBLE_TRAVEL',
  'SHARED_DEVICE',
  'SHARED_INSTRUMENT',
  'REFUND_HABIT',
])

/**
 * What many an honest customer has too. Weights that are learnt may add more for a card from abroad than for the
 * fifth payment that was declined; what an analyst is to look at first is the payments.
 */
export const FRAUD_CIRCUMSTANCES: ReadonlySet<FraudSign> = new Set<FraudSign>([
  'FREQUENT_ATTEMPTS',
  'EARLIER_DECLINES',
  'LARGE_AMOUNT',
  'SHARED_ADDRESS',
  'SHARED_DESTINATION',
  'NEW_DEVICE',
  'NEW_INSTRUMENT',
  'NEW_ADDRESS',
  'NEW_METHOD',
  'GIFT_CARD',
  'COUNTRIES_DIFFER',
  'MERCHANT_VOLUME',
  'CURRENCY_CHANGED',
  'KNOWN_BEFORE',
])

const signs = new Map<string, FraudSign>()
for (const [code, { kinds }] of Object.entries(FRAUD_SIGNS)) {
  for (const kind of kinds) signs.set(kind, code as FraudSign)
}

/** Null: of all orders alike, or of a kind that this version no longer has. */
export const signOf = (kind: string): FraudSign | null => signs.get(kind) ?? null

/** What sentences speak of; shares in percent, and the amount as people write it. */
export const signNumbers = (features: FraudFeatures, amount: string | null): object => ({
  ...features,
  amount,
  userRisk: percent(features.userRisk),
  instrumentRisk: percent(features.instrumentRisk),
  deviceRisk: percent(features.deviceRisk),
  ipRisk: percent(features.ipRisk),
  addressRisk: percent(features.addressRisk),
  merchantRisk: percent(features.merchantRisk),
  componentRisk: percent(features.componentRisk),
})

const percent = (share: number | null): number | null => (share === null ? null : share * 100)
