/**
 * The type of each record and enum, and each topic as a value.
 *
 * Generated from `schemas/` by `scripts/generate-events.ts`. Do not edit: change the schema, then
 * run `npx tsx scripts/generate-events.ts`.
 */
import type { AnyTopic, RecordSchema, Topic } from './engine/topic.ts'

/** What holds for a market. The last record of a market counts. */
export interface Market {
  /** The name of the market, as events carry it. */
  readonly market: string
  /** When this became so. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The one currency of the market (ISO 4217); events in another are set aside. */
  readonly currency: string
  /** IANA name, such as Europe/London; its days and hours are those of the customers. */
  readonly timeZone: string
  /** Hour of local time from which nobody is written to; null: there are no quiet hours. */
  readonly quietFromHour: number | null
  /** Hour of local time at which the quiet ends; null: there are no quiet hours. */
  readonly quietToHour: number | null
  /** How far above or below competitors a price may be, in percent; null: no such limit. */
  readonly competitorBandPct: number | null
}

/** What is known of an article. The last record of a SKU counts. */
export interface Product {
  /** The stock keeping unit: what has a price and a stock. */
  readonly sku: string
  /** When this became so. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The group of articles whose demand is alike; null: not known. */
  readonly category: string | null
  /** Of all amounts in this record (ISO 4217); null: there are none, or not known. */
  readonly currency: string | null
  /** Price without any promotion, in minor units; null: not known. */
  readonly listPriceMinor: number | null
  /** What one unit costs us, in minor units; null: not known, so no profit can be computed. */
  readonly unitCostMinor: number | null
  /** The lowest price that may be set, in minor units; null: no floor. */
  readonly priceFloorMinor: number | null
  /** The highest price that may be set, in minor units; null: no ceiling. */
  readonly priceCeilingMinor: number | null
  /**
   * When the stock cannot be sold any more, in ms since 1970 (UTC); null: it does not expire, or
   * not known.
   */
  readonly expiresAt: number | null
  /** How long it keeps under its stated conditions, in hours; null: not known. */
  readonly shelfLifeHours: number | null
}

/**
 * What is being watched: a parcel, a container, or a store room. The last record of a shipment
 * counts.
 */
export interface Shipment {
  /** Names whatever is watched. */
  readonly shipmentId: string
  /** When this became so. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The orders that travel in it; empty for a store room. */
  readonly orderIds: readonly string[]
  /** What is in it; empty: not known. */
  readonly contents: readonly ShipmentContent[]
  /** Who carries it; null: not known. */
  readonly carrier: string | null
  /** The route whose travel times are alike; null: not known. */
  readonly lane: string | null
  /** Opaque id of the place it leaves from; null: not known. */
  readonly originId: string | null
  /** Opaque id of the place it goes to; null: not known. */
  readonly destinationId: string | null
  /** When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised. */
  readonly promisedAt: number | null
  /** Lowest temperature allowed, in °C; null: no lower limit. */
  readonly temperatureMinC: number | null
  /** Highest temperature allowed, in °C; null: no upper limit. */
  readonly temperatureMaxC: number | null
  /** Highest relative humidity allowed, in percent; null: no limit. */
  readonly humidityMaxPct: number | null
  /** Highest acceleration allowed, in g; null: no limit. */
  readonly shockMaxG: number | null
  /**
   * How often its sensors report, in ms; null: not known, so silence is learnt from the readings.
   */
  readonly readingIntervalMs: number | null
}

/**
 * A published version of a policy: thresholds and actions. Never compacted, since scores cite their
 * versions.
 */
export interface Policy {
  /** Names the policy. */
  readonly policyId: string
  /** Counts up with each publication of the policy. */
  readonly version: number
  /** When it was published. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** From when it holds, in ms since 1970 (UTC); null: from when it was published. */
  readonly effectiveAt: number | null
  /** The policy itself, as a JSON text. */
  readonly document: string
}

/**
 * A published version of the weights of a model. Never compacted, since scores cite their versions.
 */
export interface ModelParameters {
  /** Names the model. */
  readonly modelId: string
  /**
   * Rises from each version of the model to the next; of a fitted one, the day of the cut that it
   * was learnt from, in days since 1970 (UTC).
   */
  readonly version: number
  /** When it was published. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** From when it is used, in ms since 1970 (UTC); null: from when it was published. */
  readonly effectiveAt: number | null
  /** Nothing later than this was learnt from, in ms since 1970 (UTC); null: not fitted to data. */
  readonly trainedThrough: number | null
  /** The weights by name. */
  readonly parameters: Readonly<Record<string, number>>
}

/** A price was set. */
export interface Price {
  /**
   * Unique in this topic; a second record with it, within the deduplication horizon, changes
   * nothing.
   */
  readonly eventId: string
  /** When it was set. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The stock keeping unit. */
  readonly sku: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Of both prices (ISO 4217). */
  readonly currency: string
  /** The price that the rules asked for, in minor units. */
  readonly policyPriceMinor: number
  /** The price that customers see, in minor units; differs from the rule's in an experiment. */
  readonly shownPriceMinor: number
  /** Why it was set; only EXPERIMENT was drawn by chance. */
  readonly reason: PriceReason
  /** The promotion it belongs to; null: none. */
  readonly promotionId: string | null
}

/** A price of a competitor was seen. */
export interface CompetitorPrice {
  /**
   * Unique in this topic; a second record with it, within the deduplication horizon, changes
   * nothing.
   */
  readonly eventId: string
  /** When it was seen. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** Our stock keeping unit for the same article. */
  readonly sku: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Who asks this price. */
  readonly competitor: string
  /** Of the price (ISO 4217). */
  readonly currency: string
  /** The price of one unit, in minor units. */
  readonly priceMinor: number
}

/** The stock of an article in a warehouse, as counted. */
export interface InventoryLevel {
  /**
   * Unique in this topic; a second record with it, within the deduplication horizon, changes
   * nothing.
   */
  readonly eventId: string
  /** When it was counted. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The stock keeping unit. */
  readonly sku: string
  /** Where the stock is. */
  readonly warehouseId: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Units that can be sold now. */
  readonly onHand: number
  /** Units ordered from the supplier and not yet here. */
  readonly onOrder: number
  /** From order to arrival, in days; null: not known. */
  readonly leadTimeDays: number | null
}

/** Something that a visitor did in a shop or an app. */
export interface Click {
  /**
   * Unique in this topic; a second record with it, within the deduplication horizon, changes
   * nothing.
   */
  readonly eventId: string
  /** When they did it. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** Opaque id of the browser or the app. */
  readonly visitorId: string
  /** Opaque id of the person; null: not logged in. */
  readonly userId: string | null
  /** Opaque id of the visit; null: not known. */
  readonly sessionId: string | null
  /** What they did. */
  readonly type: ClickType
  /** The article it was about; null: about none. */
  readonly sku: string | null
  /** The group of articles it was about; null: about none, or not known. */
  readonly category: string | null
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Units put into the cart or taken out of it; null: not about units. */
  readonly quantity: number | null
  /** The price shown for one unit, in minor units; null: none was shown. */
  readonly priceMinor: number | null
  /** Of the price (ISO 4217); null: no price. */
  readonly currency: string | null
  /** How long they stayed, in ms; null: not measured. */
  readonly dwellMs: number | null
  /** What they searched for; null: not a search. */
  readonly query: string | null
  /** Where they came from, such as email or search; null: not known. */
  readonly channel: string | null
  /** The campaign that brought them; null: none, or not known. */
  readonly campaign: string | null
  /** Opaque id of the person who recommended us; null: nobody. */
  readonly referrerUserId: string | null
  /** Opaque id of the device; null: not known. */
  readonly deviceId: string | null
  /** Hash of the network address; null: not known. */
  readonly ip: string | null
  /** Where the network address is (ISO 3166-1 alpha-2); null: not known. */
  readonly country: string | null
  /** In degrees, north positive; null: not known. */
  readonly latitude: number | null
  /** In degrees, east positive; null: not known. */
  readonly longitude: number | null
  /** All that is allowed from now on; null: not asked, so no marketing. */
  readonly consents: readonly Consent[] | null
}

/**
 * Something that happened to an order. It counts as a purchase from PLACED on; PAYMENT_DECLINED and
 * CANCELLED undo it, REFUNDED subtracts its amount.
 */
export interface Order {
  /**
   * Unique in this topic; a second record with it, within the deduplication horizon, changes
   * nothing.
   */
  readonly eventId: string
  /** When it happened. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The order; a refund or a correction may have an id of its own. */
  readonly orderId: string
  /** The order that a refund or a correction is about; null: it is this one, or cannot be named. */
  readonly originalOrderId: string | null
  /** Opaque id of the person; null: a guest, or not known. */
  readonly userId: string | null
  /** Opaque id of the browser or the app; null: not known. */
  readonly visitorId: string | null
  /** What happened. ADJUSTED is a correction of the books, and alone may be negative. */
  readonly type: OrderType
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Opaque id of the seller on a marketplace; null: we are the seller, or not known. */
  readonly merchantId: string | null
  /** Of all amounts in this record (ISO 4217). */
  readonly currency: string
  /**
   * What the customer owes, or gets back: lines less discount plus shipping, tax included, in minor
   * units. Negative only on ADJUSTED.
   */
  readonly totalMinor: number
  /** Taken off the lines, in minor units. Negative only on ADJUSTED. */
  readonly discountMinor: number
  /** For shipping, in minor units. Negative only on ADJUSTED. */
  readonly shippingMinor: number
  /** What was ordered or given back; empty: not known. */
  readonly lines: readonly OrderLine[]
  /** How it is paid; null: not known. */
  readonly paymentMethod: PaymentMethod | null
  /** Hash of the card or the account; null: not known. */
  readonly instrumentId: string | null
  /** Where the card was issued (ISO 3166-1 alpha-2); null: not known. */
  readonly issuerCountry: string | null
  /** Opaque id of the device; null: not known. */
  readonly deviceId: string | null
  /** Hash of the network address; null: not known. */
  readonly ip: string | null
  /** Where the network address is (ISO 3166-1 alpha-2); null: not known. */
  readonly country: string | null
  /** In degrees, north positive; null: not known. */
  readonly latitude: number | null
  /** In degrees, east positive; null: not known. */
  readonly longitude: number | null
  /** Hash of the address it goes to; null: not known. */
  readonly shippingAddressId: string | null
  /** Where it goes to (ISO 3166-1 alpha-2); null: not known. */
  readonly shippingCountry: string | null
  /** The coupon used; null: none. */
  readonly couponId: string | null
  /** Opaque id of the person who recommended us; null: nobody. */
  readonly referrerUserId: string | null
}

/** A reading of a sensor, or a step on the way of a shipment. */
export interface LogisticsEvent {
  /**
   * Unique in this topic; a second record with it, within the deduplication horizon, changes
   * nothing.
   */
  readonly eventId: string
  /**
   * When it was measured or seen, by the clock of the sensor. Event time, in ms since 1970 (UTC).
   */
  readonly occurredAt: number
  /** What is being watched. */
  readonly shipmentId: string
  /** The sensor; null: a person or a scanner saw it. */
  readonly sensorId: string | null
  /** What was measured or seen. */
  readonly type: LogisticsType
  /** Opaque id of the place; null: not known. */
  readonly locationId: string | null
  /** In degrees, north positive; null: not known. */
  readonly latitude: number | null
  /** In degrees, east positive; null: not known. */
  readonly longitude: number | null
  /** In km/h; null: not measured. */
  readonly speedKph: number | null
  /** In °C; null: not measured. As a sensor says it, so not limited. */
  readonly temperatureC: number | null
  /** Relative humidity, in percent; null: not measured. */
  readonly humidityPct: number | null
  /** Greatest acceleration since the last reading, in g; null: not measured. */
  readonly shockG: number | null
  /** Angle from upright, in degrees; null: not measured. */
  readonly tiltDeg: number | null
  /** Charge left in the sensor, in percent; null: not measured. */
  readonly batteryPct: number | null
}

/** It became known whether an order was fraud. */
export interface FraudLabel {
  /**
   * Unique in this topic; a second record with it, within the deduplication horizon, changes
   * nothing.
   */
  readonly eventId: string
  /** When it became known, often weeks after the order. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The order it is about. */
  readonly orderId: string
  /** True: it was fraud. False: it was not, as far as anybody said. */
  readonly isFraud: boolean
  /** Who said so; EXPIRED with isFraud false: nobody complained in time. */
  readonly source: FraudLabelSource
}

/**
 * Where a visitor or a user stands as a customer. The last record of a subject is never further
 * from now than its model allows.
 */
export interface LifecycleSegment {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** Whether the subject is a person we know or a visitor. */
  readonly subjectType: LifecycleSubject
  /** The userId or the visitorId. */
  readonly subjectId: string
  /** Opaque id of the person; null: a visitor nobody has logged in as. */
  readonly userId: string | null
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Of all amounts in this record (ISO 4217); null: nothing was bought yet. */
  readonly currency: string | null
  /** How far it has come. */
  readonly stage: LifecycleStage
  /** The stage before this record; null: this is the first record of the subject. */
  readonly previousStage: LifecycleStage | null
  /** Whether it still comes. */
  readonly activity: Activity
  /** The activity before this record; null: this is the first record of the subject. */
  readonly previousActivity: Activity | null
  /** All segments that it is in, sorted. */
  readonly tags: readonly string[]
  /** Segments that it is in since this record, sorted. */
  readonly entered: readonly string[]
  /** Segments that it was in until this record, sorted. */
  readonly exited: readonly string[]
  /** Since the last purchase, in days; null: nothing was bought. */
  readonly recencyDays: number | null
  /** Days with a purchase, less one; 0 too where nothing was bought. */
  readonly frequency: number
  /**
   * Net worth of all purchases: placed, less cancelled and refunded, plus adjusted; in minor units,
   * below 0 where more came back than was bought. null: no order yet.
   */
  readonly monetaryMinor: number | null
  /** Probability that it is still a customer; null: nothing to tell it from. */
  readonly pAlive: number | null
  /** Probability of no purchase in the next 30 days; null: nothing to tell it from. */
  readonly churnRisk30d: number | null
  /** Probability of no purchase in the next 90 days; null: nothing to tell it from. */
  readonly churnRisk90d: number | null
  /** Expected number of orders in the next 90 days; null: nothing to tell it from. */
  readonly expectedOrders90d: number | null
  /** Expected worth of the next 52 weeks, in minor units; null: nothing to tell it from. */
  readonly ltv52wMinor: number | null
  /** Of the first purchase that stands, in ms since 1970 (UTC); null: none does. */
  readonly firstPurchaseAt: number | null
  /** Of the last purchase that stands, in ms since 1970 (UTC); null: none does. */
  readonly lastPurchaseAt: number | null
  /**
   * The model's own chance of no purchase within 30 days, before it is calibrated to seasons; null:
   * nothing was bought yet.
   */
  readonly purchaseChurnRisk30d: number | null
  /**
   * The model's own chance of no purchase within 90 days, before it is calibrated to seasons; null:
   * nothing was bought yet.
   */
  readonly purchaseChurnRisk90d: number | null
  /** Purchases that stand. */
  readonly purchases: number
  /** Of these, on a deal. */
  readonly dealPurchases: number
  /** Articles with a known list price that were looked at. */
  readonly views: number
  /** Of these, below the list price. */
  readonly dealViews: number
  /**
   * From 1 to 5, the best: among the buyers of the market, by the time since the last purchase;
   * null: not compared.
   */
  readonly recencyQuintile: number | null
  /**
   * From 1 to 5, the best: among the buyers of the market, by purchase days; null: not compared.
   */
  readonly frequencyQuintile: number | null
  /**
   * From 1 to 5, the best: among the buyers of the market, by the mean net value of a purchase day;
   * null: not compared.
   */
  readonly monetaryQuintile: number | null
  /**
   * This is the last record of the subject: a visitor who turned out to be a user, or a person who
   * is erased; null: it is not.
   */
  readonly closedAs: LifecycleEnd | null
}

/** It is time to write to a person, or it would be, were nothing in the way. */
export interface JourneyTrigger {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** Opaque id of the person. */
  readonly userId: string
  /** The occasion. */
  readonly trigger: Trigger
  /** Of the cart (ISO 4217); null: no cart, or no prices in it. */
  readonly currency: string | null
  /** Worth of the cart, in minor units; null: no cart, or no prices in it. */
  readonly cartValueMinor: number | null
  /** The rule that forbids to write, such as consent or quiet hours; null: write. */
  readonly suppressedBy: string | null
}

/** How demand for an article answers its price in a market. Null where the data cannot tell. */
export interface PriceElasticity {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The stock keeping unit. */
  readonly sku: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** The group of articles that it learnt from; null: not known. */
  readonly category: string | null
  /**
   * Change of demand in percent per percent of price; null exactly where the status is
   * NOT_IDENTIFIED.
   */
  readonly elasticity: number | null
  /** Standard deviation of the elasticity; null: not identified. */
  readonly sd: number | null
  /** 5th percentile of the elasticity; null: not identified. */
  readonly p05: number | null
  /** 95th percentile of the elasticity; null: not identified. */
  readonly p95: number | null
  /** How well it is known. */
  readonly status: ElasticityStatus
  /** What it was learnt from. */
  readonly method: ElasticityMethod
  /** Buckets of time with a price and a demand. */
  readonly observations: number
  /** How often the price moved in them. */
  readonly priceChanges: number
  /** Demand at the present price, in units a day; null: not known. */
  readonly unitsPerDay: number | null
  /**
   * The same by the article's own data alone, in this market, without its category; null: not
   * identified.
   */
  readonly ownElasticity: number | null
  /** Standard deviation of that; null: not identified. */
  readonly ownSd: number | null
  /**
   * What is to be expected of an article of its category of which nothing else is known; null:
   * nothing was learnt of the category.
   */
  readonly categoryElasticity: number | null
  /**
   * Standard deviation of that: how much its articles differ, and how unsure their mean is; null:
   * nothing was learnt of the category.
   */
  readonly categorySd: number | null
  /**
   * Days of prices drawn by chance, 10 % up or down, that would identify it; null: it is, or that
   * is not known.
   */
  readonly daysToIdentify: number | null
}

/** The price that would earn most within the rules, and how sure that is. */
export interface PriceRecommendation {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The stock keeping unit. */
  readonly sku: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Of both prices (ISO 4217). */
  readonly currency: string
  /** The price shown now, in minor units. */
  readonly currentPriceMinor: number
  /** The price recommended, in minor units. */
  readonly recommendedPriceMinor: number
  /** AUTO: set it. TEST: try it on some. HOLD: leave the price. */
  readonly action: PriceAction
  /** Expected change of profit, in percent of that at the policy's price of now. */
  readonly profitChangePctMean: number
  /** 5th percentile of the change of profit, in percent. */
  readonly profitChangePctP05: number
  /** 95th percentile of the change of profit, in percent. */
  readonly profitChangePctP95: number
  /**
   * The price that the rules should ask for, in minor units: the recommended one without the
   * deviation drawn by chance; null: as it is.
   */
  readonly policyPriceMinor: number | null
  /** From when to show it, in ms since 1970 (UTC); null: at once. */
  readonly effectiveAt: number | null
  /** Until when it is meant, in ms since 1970 (UTC); null: until the next one. */
  readonly validUntil: number | null
  /** Of an experiment: the number of the span that the price is drawn for; null: not drawn. */
  readonly epoch: number | null
  /**
   * Of an experiment: ln of the recommended over the policy price, before it was rounded; null: not
   * drawn.
   */
  readonly deviation: number | null
  /** Cost of a unit, in minor units; null: not known. */
  readonly unitCostMinor: number | null
  /** The elasticity that it was chosen by; null: not known. */
  readonly elasticity: number | null
  /** Standard deviation of that; null: not known. */
  readonly elasticitySd: number | null
  /** Demand at the price now, in units a day; null: not known. */
  readonly unitsPerDay: number | null
  /** Units in stock; null: not known. */
  readonly stockUnits: number | null
  /** The policy that set the rules, in `policies`; null: none was published. */
  readonly policyId: string | null
  /** Its version; null: none was published. */
  readonly policyVersion: number | null
}

/**
 * How likely an order or a login is fraud, and what to do. Exactly one for every PLACED order and
 * every LOGIN.
 */
export interface FraudScore {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** Whether the subject is an order or a login. */
  readonly subjectType: FraudSubject
  /** The orderId, or the eventId of the login. */
  readonly subjectId: string
  /** Opaque id of the person; null: a guest, or not known. */
  readonly userId: string | null
  /** The market that the order or the login belongs to; null: a market of its own. */
  readonly market: string | null
  /** Calibrated probability of fraud, from 0 to 1. */
  readonly score: number
  /** How much was known when it was scored. */
  readonly evidence: Evidence
  /** What the policy says to do. */
  readonly action: FraudAction
  /** The policy that chose the action. */
  readonly policyId: string
  /** The version of that policy. */
  readonly policyVersion: number
  /** What the score was computed from, by name; what is not known is absent. */
  readonly features: Readonly<Record<string, number>>
}

/** Something is wrong with a shipment, or right again. */
export interface ShipmentAlert {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** What is being watched. */
  readonly shipmentId: string
  /** The sensor that told it; null: about the shipment as a whole. */
  readonly sensorId: string | null
  /** What is wrong. */
  readonly kind: AlertKind
  /** How grave it is; RECOVERED: it is right again. */
  readonly severity: Severity
  /** Since when it is wrong, in ms since 1970 (UTC). */
  readonly startedAt: number
  /** What was measured, in the unit of the kind; null: nothing is measured for it. */
  readonly value: number | null
  /** What was allowed, in the same unit; null: there is no limit. */
  readonly limit: number | null
  /** How long it has been beyond the limit, in ms; null: not about a limit. */
  readonly dwellMs: number | null
  /** Degrees beyond the limit times minutes, in °C·min; null: not about temperature. */
  readonly degreeMinutes: number | null
  /** The constant temperature that would do the same harm, in °C; null: not about temperature. */
  readonly meanKineticTemperatureC: number | null
  /**
   * How unusual it is: −log10 of the chance of what is rarest about it, and half of the next; null:
   * judged by a rule.
   */
  readonly score: number | null
}

/** When a shipment will arrive, as percentiles. */
export interface ShipmentEta {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** What is on its way. */
  readonly shipmentId: string
  /** How far it has come. */
  readonly stage: ShipmentStage
  /** Arrives before this with probability .05, in ms since 1970 (UTC). */
  readonly etaP05: number
  /** Arrives before this with probability .5, in ms since 1970 (UTC). */
  readonly etaP50: number
  /** Arrives before this with probability .9, in ms since 1970 (UTC). */
  readonly etaP90: number
  /** Arrives before this with probability .95, in ms since 1970 (UTC). */
  readonly etaP95: number
  /** When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised. */
  readonly promisedAt: number | null
  /** Probability of arriving after the promise; null: nothing was promised. */
  readonly lateProbability: number | null
}

/** Whether to order more of an article for a warehouse, and how much. */
export interface ReplenishmentAdvice {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The stock keeping unit. */
  readonly sku: string
  /** Where the stock is. */
  readonly warehouseId: string
  /** Units that can be sold now. */
  readonly onHand: number
  /** Units ordered from the supplier and not yet here. */
  readonly onOrder: number
  /** Order when units on hand and on order fall below this. */
  readonly reorderPoint: number
  /** Units to order now; 0: nothing. */
  readonly orderQuantity: number
  /** Probability of running out before an order made now arrives. */
  readonly stockoutProbability: number
  /** Expected demand, in units a day. */
  readonly demandPerDay: number
  /** How long the stock lasts at that demand, in days; null: nothing is sold. */
  readonly daysOfCover: number | null
}

/**
 * A record that came after the watermark and was set aside, with how late it was. It can be
 * redriven.
 */
export interface LateEvent {
  /** Where it came from. */
  readonly topic: string
  /** The partition it came from. */
  readonly partition: number
  /** Its offset there. */
  readonly offset: number
  /** The pipeline that set it aside. */
  readonly pipelineId: string
  /** Its eventId; null: it has none. */
  readonly eventId: string | null
  /** Its event time, in ms since 1970 (UTC). */
  readonly eventOccurredAt: number
  /** The watermark that it came after, in ms since 1970 (UTC). */
  readonly watermark: number
  /** How far it is behind the watermark, in ms. */
  readonly lateByMs: number
  /** The record as it was on the topic. */
  readonly payload: Buffer
}

/** A record that could not be read or handled, with the error. It can be redriven. */
export interface DeadLetter {
  /** Where it came from. */
  readonly topic: string
  /** The partition it came from. */
  readonly partition: number
  /** Its offset there. */
  readonly offset: number
  /** Where it failed. */
  readonly stage: DeadLetterStage
  /** The pipeline that failed on it; null: it failed before any. */
  readonly pipelineId: string | null
  /** Its key; null: it has none, or it is not text. */
  readonly key: string | null
  /** The schema id of its frame; null: it has no frame. */
  readonly schemaId: number | null
  /** The stored code, such as MALFORMED_JSON. */
  readonly errorCode: string
  /** What was wrong and what to do, in sentences. */
  readonly error: string
  /** The record as it was on the topic. */
  readonly payload: Buffer
  /** Its headers. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A buyer joined a cell of the population or left one, or a forecast about the buyer came true or
 * did not. Sums of these are the population.
 */
export interface PopulationChange {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The buyer: USER: or VISITOR: and the id. */
  readonly subjectId: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** JOINED and LEFT a cell; FORECAST: what became of one. */
  readonly change: PopulationChangeKind
  /** Day of the first purchase, in days since 1970 (UTC). */
  readonly cohortDay: number
  /** Purchase days after the first. */
  readonly repeats: number
  /** Day of the last purchase, in days since 1970 (UTC). */
  readonly lastDay: number
  /**
   * Bucket (1 % wide) of the mean net value of a purchase day, in minor units; null: nothing was
   * paid.
   */
  readonly spendBucket: number | null
  /** Purchases that stand. */
  readonly purchases: number
  /** Of these, on a deal. */
  readonly dealPurchases: number
  /** Articles with a known price that were looked at. */
  readonly views: number
  /** Of these, on a deal. */
  readonly dealViews: number
  /** Of a forecast: how far it looked ahead; null: no forecast. */
  readonly horizonDays: number | null
  /** Of a forecast: when it was made, in ms since 1970 (UTC); null: no forecast. */
  readonly forecastAt: number | null
  /**
   * Of a forecast: the chance of no purchase at the moment it was made, by the rhythms in use when
   * it ended, before any calibration; null: no forecast.
   */
  readonly churnRisk: number | null
  /** Of a forecast: whether there was a purchase within the horizon; null: no forecast. */
  readonly bought: boolean | null
  /**
   * Of a forecast: the model whose rhythms gave churnRisk, purchases or purchases/<market>; null:
   * no forecast.
   */
  readonly judgedModelId: string | null
}

/**
 * The buyers whose first purchase was in one week, counted by what the purchase model knows of
 * them, as of a midnight.
 */
export interface PurchaseCohort {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The model and the week, such as purchases/UK|2025-01-02. */
  readonly cohortId: string
  /** The model that is fitted to it: purchases/<market>, or purchases for all markets. */
  readonly modelId: string
  /** Weeks since 1970 (UTC), of seven days from Thursday on. */
  readonly cohortWeek: number
  /** By cell: day of the first purchase, in days since 1970 (UTC). */
  readonly cohortDay: readonly number[]
  /** By cell: purchase days after the first. */
  readonly repeats: readonly number[]
  /** By cell: day of the last purchase, in days since 1970 (UTC). */
  readonly lastDay: readonly number[]
  /** By cell: how many buyers. */
  readonly buyers: readonly number[]
  /** By cell of amounts: purchase days after the first. */
  readonly spendRepeats: readonly number[]
  /**
   * By cell of amounts: bucket (1 % wide) of the mean net value of a purchase day, in minor units.
   */
  readonly spendBucket: readonly number[]
  /** By cell of amounts: how many buyers. */
  readonly spendBuyers: readonly number[]
  /** What deals were shown and taken, as `deal-population.ts` adds it up; empty: not counted. */
  readonly deals: readonly number[]
  /** By bin of forecasts that ended since the record before: how far they looked ahead. */
  readonly outcomeHorizonDays: readonly number[]
  /** By bin of forecasts: their log-odds, as `outcome-bins.ts` cuts them. */
  readonly outcomeBin: readonly number[]
  /** By bin of forecasts: how many. */
  readonly outcomes: readonly number[]
  /** By bin of forecasts: of how many nothing was bought. */
  readonly happened: readonly number[]
}

/**
 * All that a refit reads: the buyers of a market, or of all, as of a midnight, and the parameters
 * in use.
 */
export interface PurchasePopulation {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The model that is fitted to it: purchases/<market>, or purchases for all markets. */
  readonly modelId: string
  /** The market, which has one currency; null: all of them, or the market that has no name. */
  readonly market: string | null
  /** Nothing from then on is counted: a midnight, in ms since 1970 (UTC). */
  readonly cutAt: number
  /** By cell: day of the first purchase, in days since 1970 (UTC). */
  readonly cohortDay: readonly number[]
  /** By cell: purchase days after the first. */
  readonly repeats: readonly number[]
  /** By cell: day of the last purchase, in days since 1970 (UTC). */
  readonly lastDay: readonly number[]
  /** By cell: how many buyers. */
  readonly buyers: readonly number[]
  /** By cell of amounts: purchase days after the first. */
  readonly spendRepeats: readonly number[]
  /**
   * By cell of amounts: bucket (1 % wide) of the mean net value of a purchase day, in minor units.
   */
  readonly spendBucket: readonly number[]
  /** By cell of amounts: how many buyers. */
  readonly spendBuyers: readonly number[]
  /** What deals were shown and taken, as `deal-population.ts` adds it up; empty: not counted. */
  readonly deals: readonly number[]
  /** By bin of forecasts: how far they looked ahead. */
  readonly outcomeHorizonDays: readonly number[]
  /** By bin of forecasts: their log-odds, as `outcome-bins.ts` cuts them. */
  readonly outcomeBin: readonly number[]
  /** By bin of forecasts: how many, old ones counting less. */
  readonly outcomes: readonly number[]
  /** By bin of forecasts: of how many nothing was bought. */
  readonly happened: readonly number[]
  /** Version of the model's parameters in use; 0: none was published. */
  readonly inUseVersion: number
  /**
   * The parameters in use by name. A market without rhythms of its own has those of all, and their
   * version as versionOfAll (0: the seed). Empty: none was published.
   */
  readonly inUse: Readonly<Record<string, number>>
  /** Whether the rhythms in inUse are the model's own; false: those of all markets, or none. */
  readonly hasOwnRhythms: boolean
}

/** A person asked to be forgotten. */
export interface Erasure {
  /** Unique in this topic. */
  readonly eventId: string
  /** When it was asked for. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** Opaque id of the person. */
  readonly userId: string
  /**
   * Browsers and apps of the person, as identity-merges has them: what is kept of these is
   * forgotten too.
   */
  readonly visitorIds: readonly string[]
}

/**
 * A visitor turned out to be a user: whom, and what the visitor bought as a guest. The last
 * revision of a turn is all that it brought.
 */
export interface IdentityMerge {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** Opaque id of the browser or the app. */
  readonly visitorId: string
  /** Opaque id of the person that it turned out to be. */
  readonly userId: string
  /**
   * Names the turn: when the visitor first turned out to be this user, after having been another or
   * being forgotten. In ms since 1970 (UTC).
   */
  readonly since: number
  /**
   * When the visitor last turned out to be this user: what was done as a guest until then is the
   * user's. In ms since 1970 (UTC).
   */
  readonly mergedAt: number
  /** Counts up with each change of what this turn brought; the highest holds. */
  readonly revision: number
  /** Of the first order as a guest; null: there is none, or it names no market. */
  readonly market: string | null
  /**
   * Of all amounts in this record (ISO 4217), that of the first order as a guest: those in another
   * are left out; null: nothing was bought.
   */
  readonly currency: string | null
  /** Purchases as a guest that stand. */
  readonly purchases: number
  /** Of these, on a deal. */
  readonly dealPurchases: number
  /**
   * Net worth of all orders as a guest: placed, less cancelled and refunded, plus adjusted; in
   * minor units, below 0 where more came back than was bought.
   */
  readonly netMinor: number
  /** Of the first purchase that stands, in ms since 1970 (UTC); null: none does. */
  readonly firstPurchaseAt: number | null
  /** Of the last purchase that stands, in ms since 1970 (UTC); null: none does. */
  readonly lastPurchaseAt: number | null
  /** Days with one of the last 32 orders, where it stands, ascending, in days since 1970 (UTC). */
  readonly days: readonly number[]
  /** How many further days there are, of earlier orders. */
  readonly olderDays: number
}

/**
 * What was sold of an article in a market in one span of time, in which nothing but customers
 * changed; what was expected; and what is known of its demand after it.
 */
export interface DemandObservation {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The stock keeping unit. */
  readonly sku: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** The group of articles that it belongs to; null: not known. */
  readonly category: string | null
  /**
   * The model of its category: elasticities/<category>, or elasticities/ of all articles without
   * one.
   */
  readonly modelId: string
  /**
   * The model that it belonged to until this record, where its category changed; null: the same.
   */
  readonly leftModelId: string | null
  /** Of all amounts in this record (ISO 4217). */
  readonly currency: string
  /** When the span began, in ms since 1970 (UTC). */
  readonly startedAt: number
  /**
   * When it ended; what happened at that very moment is in the next one. In ms since 1970 (UTC).
   */
  readonly endedAt: number
  /** Units ordered in it. */
  readonly units: number
  /** Product pages looked at in it, while there was stock. */
  readonly views: number
  /** How much of it there was stock, in hours. */
  readonly hours: number
  /** Whether exposure is counted in views, as it is from the first one on; false: in hours. */
  readonly isByViews: boolean
  /** What demand is in proportion to: the views, or the hours. */
  readonly exposure: number
  /** The price that customers saw, in minor units. */
  readonly shownPriceMinor: number
  /** The price that the rules asked for, in minor units. */
  readonly policyPriceMinor: number
  /** The price that others are compared with, the first of the market, in minor units. */
  readonly referencePriceMinor: number
  /** Whether the shown price was drawn by chance. */
  readonly isExperiment: boolean
  /** Whether the article was in a promotion. */
  readonly isPromoted: boolean
  /**
   * The lowest price of any competitor seen in the 14 days before, in minor units; null: none was
   * seen.
   */
  readonly competitorPriceMinor: number | null
  /**
   * Whether the model learnt at its end, from all spans since it did so last; false: it will with a
   * later one.
   */
  readonly isLearnt: boolean
  /** Units that were expected before they were counted; null: the level was not known yet. */
  readonly expectedUnits: number | null
  /** 5th percentile of the units expected; null: the level was not known yet. */
  readonly expectedP05: number | null
  /** 95th percentile of the units expected; null: the level was not known yet. */
  readonly expectedP95: number | null
  /**
   * Elasticity by deviations drawn by chance: mean of the coefficient; null: the level is not known
   * yet.
   */
  readonly deviationMean: number | null
  /** Variance of that coefficient; null: the level is not known yet. */
  readonly deviationVariance: number | null
  /**
   * Elasticity by the prices that the rules asked for: mean of the coefficient; null: the level is
   * not known yet.
   */
  readonly priceMean: number | null
  /** Variance of that coefficient; null: the level is not known yet. */
  readonly priceVariance: number | null
  /** Of the two coefficients; null: the level is not known yet. */
  readonly covariance: number | null
  /**
   * Of the scatter of demand: what was seen beyond that of chance, as `elasticity-noise.ts` adds it
   * up.
   */
  readonly excess: number
  /** Of the scatter of demand: what it is divided by. */
  readonly weight: number
  /** Buckets that were learnt from until now; one may be of several spans. */
  readonly observations: number
  /** Units ordered in them. */
  readonly totalUnits: number
  /** How often the price moved in them. */
  readonly priceChanges: number
  /** Of these, how often the deviation drawn by chance did. */
  readonly experimentChanges: number
  /** Of these, how often a promotion began or ended. */
  readonly promotionChanges: number
  /** Days at a known price, in stock or out of it. */
  readonly daysKnown: number
  /** Of these, in stock. */
  readonly daysInStock: number
  /** Demand at the present price, in units a day; null: not known. */
  readonly unitsPerDay: number | null
}

/** What is known of the demand for the articles of one part of a category, as of a midnight. */
export interface ElasticityEvidence {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The model and the part, such as elasticities/coffee#7. */
  readonly shardId: string
  /**
   * The model that learns from it: elasticities/<category>, or elasticities/ of all articles
   * without one.
   */
  readonly modelId: string
  /** By pair of article and market: the stock keeping unit. */
  readonly sku: readonly string[]
  /** By pair: the market; empty: the one without a name. */
  readonly market: readonly string[]
  /** By pair: mean of the coefficient of deviations drawn by chance. */
  readonly deviationMean: readonly number[]
  /** By pair: variance of that coefficient. */
  readonly deviationVariance: readonly number[]
  /** By pair: mean of the coefficient of the prices that the rules asked for. */
  readonly priceMean: readonly number[]
  /** By pair: variance of that coefficient. */
  readonly priceVariance: readonly number[]
  /** By pair: covariance of the two coefficients. */
  readonly covariance: readonly number[]
  /** By pair: scatter of demand beyond that of chance, as `elasticity-noise.ts` adds it up. */
  readonly excess: readonly number[]
  /** By pair: what that is divided by. */
  readonly weight: readonly number[]
  /** By pair: how often a deviation drawn by chance moved the price. */
  readonly experimentChanges: readonly number[]
  /** By pair: how often the price moved. */
  readonly priceChanges: readonly number[]
  /**
   * By day of the week (UTC) from Monday on: units ordered on days counted in hours, of the last 26
   * weeks.
   */
  readonly weekdayUnits: readonly number[]
  /** By day of the week (UTC) from Monday on: units that were expected of them, in 64ths. */
  readonly weekdayExpected: readonly number[]
}

/**
 * All that the model of a category is fitted to: what is known of the demand for its articles as of
 * a midnight, and the parameters in use.
 */
export interface ElasticityPopulation {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /**
   * The model that is fitted to it: elasticities/<category>, or elasticities/ of all articles
   * without one.
   */
  readonly modelId: string
  /** The group of articles; null: those without one. */
  readonly category: string | null
  /** Nothing from then on is counted: a midnight, in ms since 1970 (UTC). */
  readonly cutAt: number
  /** By pair of article and market, sorted by both: the stock keeping unit. */
  readonly sku: readonly string[]
  /** By pair: the market; empty: the one without a name. */
  readonly market: readonly string[]
  /** By pair: mean of the coefficient of deviations drawn by chance. */
  readonly deviationMean: readonly number[]
  /** By pair: variance of that coefficient. */
  readonly deviationVariance: readonly number[]
  /** By pair: mean of the coefficient of the prices that the rules asked for. */
  readonly priceMean: readonly number[]
  /** By pair: variance of that coefficient. */
  readonly priceVariance: readonly number[]
  /** By pair: covariance of the two coefficients. */
  readonly covariance: readonly number[]
  /** By pair: scatter of demand beyond that of chance, as `elasticity-noise.ts` adds it up. */
  readonly excess: readonly number[]
  /** By pair: what that is divided by. */
  readonly weight: readonly number[]
  /** By pair: how often a deviation drawn by chance moved the price. */
  readonly experimentChanges: readonly number[]
  /** By pair: how often the price moved. */
  readonly priceChanges: readonly number[]
  /**
   * By day of the week (UTC) from Monday on: units ordered on days counted in hours, of the last 26
   * weeks.
   */
  readonly weekdayUnits: readonly number[]
  /** By day of the week (UTC) from Monday on: units that were expected of them, in 64ths. */
  readonly weekdayExpected: readonly number[]
  /** Version of the model's parameters in use; 0: none was published. */
  readonly inUseVersion: number
  /** The parameters in use by name; empty: none was published. */
  readonly inUse: Readonly<Record<string, number>>
}

/** How many orders a market has, old ones counting less. */
export interface BasketTotal {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The model that takes it up: baskets/<market>, or baskets/ of the market without a name. */
  readonly modelId: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Orders, each counting half after 90 days. */
  readonly baskets: number
}

/** How many orders an article was in, and with which others, old orders counting less. */
export interface BasketCount {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The stock keeping unit. */
  readonly sku: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Orders that it was in, each counting half after 90 days, as of this record. */
  readonly baskets: number
  /** The articles that it was ordered with most, the most frequent first. */
  readonly neighbours: readonly BasketNeighbourCount[]
}

/** The articles that are bought together with an article more often than by chance. */
export interface BasketNeighbours {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The stock keeping unit. */
  readonly sku: string
  /** The market, which has one currency; null is a market of its own. */
  readonly market: string | null
  /** Orders that it was in, each counting half after 90 days, as of this record. */
  readonly baskets: number
  /** At most 16, the highest shrunk lift first. */
  readonly neighbours: readonly BasketNeighbour[]
}

/**
 * It became known, or was taken back, whether a scored order was fraud: the order, what was said of
 * it, and what is true of it. What a fraud model learns from.
 */
export interface FraudOutcome {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The order that it is about. */
  readonly orderId: string
  /** When it was placed. Event time, in ms since 1970 (UTC). */
  readonly placedAt: number
  /** What is known of it from now on. */
  readonly isFraud: boolean
  /** What was known before; null: nothing was. */
  readonly wasFraud: boolean | null
  /** Who said so; EXPIRED: nobody complained in time. */
  readonly source: FraudOutcomeSource
  /** Opaque id of the person; null: a guest, or not known. */
  readonly userId: string | null
  /** What it was paid with; null: not known. */
  readonly instrumentId: string | null
  /** The device that it was placed from; null: not known. */
  readonly deviceId: string | null
  /** The address that it was placed from; null: not known. */
  readonly ip: string | null
  /** Who sold it; null: not known, or the shop itself. */
  readonly merchantId: string | null
  /** Where it goes to; null: not known. */
  readonly shippingAddressId: string | null
  /** The market that it belongs to; null: a market of its own. */
  readonly market: string | null
  /** ISO 4217. */
  readonly currency: string
  /** What the customer owed for it, in the minor unit of the currency. */
  readonly amountMinor: number
  /** The probability of fraud that was said of it; null: its score is not known here. */
  readonly score: number | null
  /** The modelVersion of that score; null: its score is not known here. */
  readonly scoredBy: string | null
  /** What was said to be done about it; null: its score is not known here. */
  readonly action: FraudOutcomeAction | null
  /** What its score was computed from, as bins of the model; empty: its score is not known here. */
  readonly bins: readonly string[]
}

/**
 * The weights of a fraud model as they have been learnt so far, before they are published for use.
 */
export interface FraudWeights {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** The model. */
  readonly modelId: string
  /** Outcomes up to here were learnt from. Event time, in ms since 1970 (UTC). */
  readonly cutAt: number
  /** How many outcomes were learnt from, corrections included. */
  readonly outcomes: number
  /** How many of them were frauds. */
  readonly frauds: number
  /**
   * Mean distance of what was said from what came true, over bins of scores and fading with a
   * half-life of 30 days, in probability.
   */
  readonly calibrationError: number
  /** Mean log loss of what was said, in nats, fading with a half-life of 30 days. */
  readonly logLoss: number
  /** The published version that is in use; 0: none is. */
  readonly inUseVersion: number
  /** The weights by name, as they are to be published. */
  readonly parameters: Readonly<Record<string, number>>
}

/** A shipment has come a stage further, or it is known how long it took from one to its arrival. */
export interface ShipmentLeg {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** What is on its way. */
  readonly shipmentId: string
  /** How far it has come. */
  readonly stage: ShipmentStage
  /** When the stage began, in ms since 1970 (UTC). */
  readonly begunAt: number
  /** The route whose travel times are alike; null: not known. */
  readonly lane: string | null
  /** Opaque id of the place it goes to; null: not known. */
  readonly destinationId: string | null
  /** When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised. */
  readonly promisedAt: number | null
  /**
   * From the beginning of the stage to the arrival, in ms, told once that says nothing about who is
   * fast; null: the stage has begun.
   */
  readonly durationMs: number | null
  /**
   * How far it went from the beginning of the stage to the arrival, by its positions, in km; null:
   * not known, or the stage has begun.
   */
  readonly distanceKm: number | null
}

/**
 * How long shipments take from a stage to their arrival, as it is known when one of them comes to
 * it.
 */
export interface StageForecast {
  /** Hash of pipeline, subject, cause or timer, and ordinal; the same in every run. */
  readonly resultId: string
  /** That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC). */
  readonly occurredAt: number
  /** The event that brought it about; null: time alone did. */
  readonly causeEventId: string | null
  /** Of the code and the model that made it. */
  readonly modelVersion: string
  /** Why, the weightiest first; empty: there is nothing to explain. */
  readonly reasons: readonly Reason[]
  /** What is on its way. */
  readonly shipmentId: string
  /** How far it has come. */
  readonly stage: ShipmentStage
  /** When the stage began, in ms since 1970 (UTC). */
  readonly begunAt: number
  /** When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised. */
  readonly promisedAt: number | null
  /** Mean logarithm of the ms from the stage to the arrival, of its lane, destination and hour. */
  readonly logMs: number
  /** How far logarithms were from that, lately: 41 quantiles, from 0 to 1 by .025. */
  readonly residuals: readonly number[]
  /** Share that an interval has to leave out so that .1 of arrivals are outside. */
  readonly missShare: number
  /** Of the calibration of the probability of being late. */
  readonly plattSlope: number
  /** Likewise, in log-odds. */
  readonly plattLevel: number
  /** Arrivals that the stage has been learnt from. */
  readonly observations: number
  /** How far shipments of its lane go from the stage to the arrival, in km; null: not known. */
  readonly distanceKm: number | null
}

/** An article in the shipment. */
export interface ShipmentContent {
  /** The stock keeping unit. */
  readonly sku: string
  /** Units of it. */
  readonly quantity: number
}

/** Why a price is what it is. */
export type PriceReason =
  | 'LIST'
  | 'PROMOTION'
  | 'EXPERIMENT'
  | 'MARKDOWN'
  | 'UNKNOWN'

/** What a visitor did. */
export type ClickType =
  | 'SESSION_START'
  | 'PAGE_VIEW'
  | 'PRODUCT_VIEW'
  | 'SEARCH'
  | 'FAVOURITE'
  | 'ADD_TO_CART'
  | 'REMOVE_FROM_CART'
  | 'CHECKOUT_START'
  | 'LOGIN'
  | 'LOGIN_FAILED'
  | 'SIGNUP'
  | 'REVIEW'
  | 'SHARE'
  | 'CONSENT_CHANGED'
  | 'UNKNOWN'

/** What a person allowed. */
export type Consent =
  | 'ANALYTICS'
  | 'PERSONALIZATION'
  | 'MARKETING'
  | 'UNKNOWN'

/** What happened to an order. */
export type OrderType =
  | 'PLACED'
  | 'PAID'
  | 'PAYMENT_DECLINED'
  | 'CANCELLED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'RETURNED'
  | 'REFUNDED'
  | 'ADJUSTED'
  | 'UNKNOWN'

/** One article of an order. */
export interface OrderLine {
  /** The stock keeping unit. */
  readonly sku: string
  /** The group of articles; null: not known. */
  readonly category: string | null
  /** Where it is taken from; null: not known. */
  readonly warehouseId: string | null
  /** Units. Negative only on ADJUSTED. */
  readonly quantity: number
  /** What one unit was sold for, in minor units. Negative only on ADJUSTED. */
  readonly unitPriceMinor: number
  /** Price of one unit without promotion, in minor units; null: not known. */
  readonly listPriceMinor: number | null
  /** What one unit costs us, in minor units; null: not known. */
  readonly unitCostMinor: number | null
  /** The promotion that it was sold under; null: none. */
  readonly promotionId: string | null
}

/** How an order is paid. */
export type PaymentMethod =
  | 'CARD'
  | 'WALLET'
  | 'BANK_TRANSFER'
  | 'CASH_ON_DELIVERY'
  | 'GIFT_CARD'
  | 'PAY_LATER'
  | 'OTHER'
  | 'UNKNOWN'

/** What was measured or seen. */
export type LogisticsType =
  | 'READING'
  | 'PICKED_UP'
  | 'DEPARTED'
  | 'ARRIVED'
  | 'SCANNED'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERED'
  | 'DOOR_OPENED'
  | 'DOOR_CLOSED'
  | 'RETURNED'
  | 'UNKNOWN'

/** How a label became known. */
export type FraudLabelSource =
  | 'CHARGEBACK'
  | 'ANALYST'
  | 'CUSTOMER'
  | 'EXPIRED'
  | 'UNKNOWN'

/** Why a result is what it is. */
export interface Reason {
  /** The stored code, such as CARD_VELOCITY. */
  readonly code: string
  /** The sentence that a person reads, with the numbers in it. */
  readonly detail: string
  /** How much it added to the result, in the unit of the model. */
  readonly weight: number
}

/** What kind of subject a segment is about. */
export type LifecycleSubject =
  | 'USER'
  | 'VISITOR'
  | 'UNKNOWN'

/** How far a subject has come as a customer. */
export type LifecycleStage =
  | 'AWARE'
  | 'INTERESTED'
  | 'INTENT'
  | 'FIRST_BUYER'
  | 'REPEAT'
  | 'LOYAL'
  | 'ADVOCATE'
  | 'UNKNOWN'

/** Whether a subject still comes. */
export type Activity =
  | 'ACTIVE'
  | 'AT_RISK'
  | 'DORMANT'
  | 'LOST'
  | 'REACTIVATED'
  | 'UNKNOWN'

/** Why nothing more is said of a subject. */
export type LifecycleEnd =
  | 'MERGED'
  | 'ERASED'
  | 'UNKNOWN'

/** An occasion to write to a person. */
export type Trigger =
  | 'CART_60M'
  | 'CART_24H'
  | 'CART_72H'
  | 'FIRST_PURCHASE'
  | 'CROSS_SELL'
  | 'WIN_BACK'
  | 'VIP_AT_RISK'
  | 'UNKNOWN'

/** How well an elasticity is known. */
export type ElasticityStatus =
  | 'IDENTIFIED'
  | 'WEAK'
  | 'NOT_IDENTIFIED'
  | 'UNKNOWN'

/** What an elasticity was learnt from. */
export type ElasticityMethod =
  | 'EXPERIMENT'
  | 'OBSERVATIONAL'
  | 'UNKNOWN'

/** What to do with a recommended price. */
export type PriceAction =
  | 'AUTO'
  | 'TEST'
  | 'HOLD'
  | 'UNKNOWN'

/** What kind of subject a score is about. */
export type FraudSubject =
  | 'ORDER'
  | 'LOGIN'
  | 'UNKNOWN'

/** How much is known about a subject. */
export type Evidence =
  | 'LOW'
  | 'MEDIUM'
  | 'HIGH'
  | 'UNKNOWN'

/** What to do about a suspected fraud. */
export type FraudAction =
  | 'ALLOW'
  | 'STEP_UP'
  | 'HOLD'
  | 'DECLINE'
  | 'FREEZE'
  | 'UNKNOWN'

/** What is wrong. */
export type AlertKind =
  | 'TEMPERATURE'
  | 'HUMIDITY'
  | 'SHOCK'
  | 'TILT'
  | 'SILENT'
  | 'STUCK'
  | 'ANOMALY'
  | 'DOOR'
  | 'LATE'
  | 'UNKNOWN'

/** How grave an alert is. */
export type Severity =
  | 'WARNING'
  | 'CRITICAL'
  | 'RECOVERED'
  | 'UNKNOWN'

/** How far a shipment has come. */
export type ShipmentStage =
  | 'ORDERED'
  | 'HANDED_OVER'
  | 'IN_TRANSIT'
  | 'OUT_FOR_DELIVERY'
  | 'DELIVERED'
  | 'UNKNOWN'

/** Where a record failed. */
export type DeadLetterStage =
  | 'DECODE'
  | 'VALIDATE'
  | 'HANDLE'
  | 'TIMER'
  | 'SINK'
  | 'UNKNOWN'

/** What changed. */
export type PopulationChangeKind =
  | 'JOINED'
  | 'LEFT'
  | 'FORECAST'
  | 'UNKNOWN'

/** How often another article was in the same order. */
export interface BasketNeighbourCount {
  /** The other article. */
  readonly sku: string
  /** Orders that both were in, each counting half after 90 days; at most by the error too many. */
  readonly baskets: number
  /** By how many that may be too many: what was counted of the article whose place it took. */
  readonly error: number
}

/** An article that is bought together with another. */
export interface BasketNeighbour {
  /** The other article. */
  readonly sku: string
  /** Orders that both were in, each counting half after 90 days. */
  readonly baskets: number
  /** How many times as often as by chance they are in one order. */
  readonly lift: number
  /**
   * The same, as though five orders more had been seen and been expected: what they are ranked by.
   */
  readonly shrunkLift: number
  /** Units of the other article that one more of this brings, beyond chance. */
  readonly attach: number
}

/** How it became known. */
export type FraudOutcomeSource =
  | 'CHARGEBACK'
  | 'ANALYST'
  | 'CUSTOMER'
  | 'EXPIRED'
  | 'UNKNOWN'

/** What was said to be done about a suspected fraud. */
export type FraudOutcomeAction =
  | 'ALLOW'
  | 'STEP_UP'
  | 'HOLD'
  | 'DECLINE'
  | 'FREEZE'
  | 'UNKNOWN'

/** What holds for a market. The last record of a market counts. */
export const markets: Topic<Market> = {
  name: 'markets',
  kind: 'reference',
  rank: 0,
  keyedBy: ['market'],
  identity: null,
  fields: null,
  schema: {
    type: 'record',
    name: 'Market',
    namespace: 'millrace',
    id: 1,
    fields: [
      { name: 'market', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'currency', type: 'string', pattern: '^[A-Z]{3}$' },
      { name: 'timeZone', type: 'string' },
      { name: 'quietFromHour', type: ['null', 'int'], default: null, minimum: 0, maximum: 23 },
      { name: 'quietToHour', type: ['null', 'int'], default: null, minimum: 0, maximum: 23 },
      { name: 'competitorBandPct', type: ['null', 'double'], default: null, minimum: 0 },
    ],
  },
}

/** What is known of an article. The last record of a SKU counts. */
export const products: Topic<Product> = {
  name: 'products',
  kind: 'reference',
  rank: 1,
  keyedBy: ['sku'],
  identity: null,
  fields: null,
  schema: {
    type: 'record',
    name: 'Product',
    namespace: 'millrace',
    id: 2,
    fields: [
      { name: 'sku', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'category', type: ['null', 'string'], default: null },
      { name: 'currency', type: ['null', 'string'], default: null, pattern: '^[A-Z]{3}$' },
      { name: 'listPriceMinor', type: ['null', 'long'], default: null, minimum: 0 },
      { name: 'unitCostMinor', type: ['null', 'long'], default: null, minimum: 0 },
      { name: 'priceFloorMinor', type: ['null', 'long'], default: null, minimum: 0 },
      { name: 'priceCeilingMinor', type: ['null', 'long'], default: null, minimum: 0 },
      {
        name: 'expiresAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'shelfLifeHours', type: ['null', 'double'], default: null, minimum: 0 },
    ],
  },
}

/**
 * What is being watched: a parcel, a container, or a store room. The last record of a shipment
 * counts.
 */
export const shipments: Topic<Shipment> = {
  name: 'shipments',
  kind: 'reference',
  rank: 2,
  keyedBy: ['shipmentId'],
  identity: null,
  fields: null,
  schema: {
    type: 'record',
    name: 'Shipment',
    namespace: 'millrace',
    id: 3,
    fields: [
      { name: 'shipmentId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'orderIds', type: { type: 'array', items: 'string' }, default: [] },
      {
        name: 'contents',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'ShipmentContent',
            fields: [
              { name: 'sku', type: 'string', pattern: '[^]+' },
              { name: 'quantity', type: 'int', minimum: 0 },
            ],
          },
        },
        default: [],
      },
      { name: 'carrier', type: ['null', 'string'], default: null },
      { name: 'lane', type: ['null', 'string'], default: null },
      { name: 'originId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'destinationId', type: ['null', 'string'], pattern: '[^]+', default: null },
      {
        name: 'promisedAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'temperatureMinC', type: ['null', 'double'], default: null, minimum: -273.15 },
      { name: 'temperatureMaxC', type: ['null', 'double'], default: null, minimum: -273.15 },
      {
        name: 'humidityMaxPct',
        type: ['null', 'double'],
        default: null,
        minimum: 0,
        maximum: 100,
      },
      { name: 'shockMaxG', type: ['null', 'double'], default: null, minimum: 0 },
      { name: 'readingIntervalMs', type: ['null', 'long'], default: null, minimum: 0 },
    ],
  },
}

/**
 * A published version of a policy: thresholds and actions. Never compacted, since scores cite their
 * versions.
 */
export const policies: Topic<Policy> = {
  name: 'policies',
  kind: 'control',
  rank: 3,
  keyedBy: ['policyId', 'version'],
  identity: null,
  fields: null,
  schema: {
    type: 'record',
    name: 'Policy',
    namespace: 'millrace',
    id: 4,
    fields: [
      { name: 'policyId', type: 'string' },
      { name: 'version', type: 'int', minimum: 1 },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'effectiveAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'document', type: 'string' },
    ],
  },
}

/**
 * A published version of the weights of a model. Never compacted, since scores cite their versions.
 */
export const modelParameters: Topic<ModelParameters> = {
  name: 'model-parameters',
  kind: 'control',
  rank: 4,
  keyedBy: ['modelId', 'version'],
  identity: null,
  fields: null,
  schema: {
    type: 'record',
    name: 'ModelParameters',
    namespace: 'millrace',
    id: 5,
    fields: [
      { name: 'modelId', type: 'string' },
      { name: 'version', type: 'int', minimum: 1 },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'effectiveAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      {
        name: 'trainedThrough',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'parameters', type: { type: 'map', values: 'double' } },
    ],
  },
}

/** A price was set. */
export const prices: Topic<Price> = {
  name: 'prices',
  kind: 'event',
  rank: 5,
  keyedBy: ['sku'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'Price',
    namespace: 'millrace',
    id: 6,
    fields: [
      { name: 'eventId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'sku', type: 'string', pattern: '[^]+' },
      { name: 'market', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'currency', type: 'string', pattern: '^[A-Z]{3}$' },
      { name: 'policyPriceMinor', type: 'long', minimum: 0 },
      { name: 'shownPriceMinor', type: 'long', minimum: 0 },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'PriceReason',
          symbols: ['LIST', 'PROMOTION', 'EXPERIMENT', 'MARKDOWN', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'promotionId', type: ['null', 'string'], pattern: '[^]+', default: null },
    ],
  },
}

/** A price of a competitor was seen. */
export const competitorPrices: Topic<CompetitorPrice> = {
  name: 'competitor-prices',
  kind: 'event',
  rank: 6,
  keyedBy: ['sku'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'CompetitorPrice',
    namespace: 'millrace',
    id: 7,
    fields: [
      { name: 'eventId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'sku', type: 'string', pattern: '[^]+' },
      { name: 'market', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'competitor', type: 'string', pattern: '[^]+' },
      { name: 'currency', type: 'string', pattern: '^[A-Z]{3}$' },
      { name: 'priceMinor', type: 'long', minimum: 0 },
    ],
  },
}

/** The stock of an article in a warehouse, as counted. */
export const inventory: Topic<InventoryLevel> = {
  name: 'inventory',
  kind: 'event',
  rank: 7,
  keyedBy: ['sku'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'InventoryLevel',
    namespace: 'millrace',
    id: 8,
    fields: [
      { name: 'eventId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'sku', type: 'string', pattern: '[^]+' },
      { name: 'warehouseId', type: 'string', pattern: '[^]+' },
      { name: 'market', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'onHand', type: 'int', minimum: 0 },
      { name: 'onOrder', type: 'int', default: 0, minimum: 0 },
      { name: 'leadTimeDays', type: ['null', 'double'], default: null, minimum: 0 },
    ],
  },
}

/** Something that a visitor did in a shop or an app. */
export const clickstream: Topic<Click> = {
  name: 'clickstream',
  kind: 'event',
  rank: 8,
  keyedBy: ['visitorId'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'Click',
    namespace: 'millrace',
    id: 9,
    fields: [
      { name: 'eventId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'visitorId', type: 'string', pattern: '[^]+' },
      { name: 'userId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'sessionId', type: ['null', 'string'], pattern: '[^]+', default: null },
      {
        name: 'type',
        type: {
          type: 'enum',
          name: 'ClickType',
          symbols: [
            'SESSION_START',
            'PAGE_VIEW',
            'PRODUCT_VIEW',
            'SEARCH',
            'FAVOURITE',
            'ADD_TO_CART',
            'REMOVE_FROM_CART',
            'CHECKOUT_START',
            'LOGIN',
            'LOGIN_FAILED',
            'SIGNUP',
            'REVIEW',
            'SHARE',
            'CONSENT_CHANGED',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'sku', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'category', type: ['null', 'string'], default: null },
      { name: 'market', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'quantity', type: ['null', 'int'], default: null, minimum: 0 },
      { name: 'priceMinor', type: ['null', 'long'], default: null, minimum: 0 },
      { name: 'currency', type: ['null', 'string'], default: null, pattern: '^[A-Z]{3}$' },
      { name: 'dwellMs', type: ['null', 'int'], default: null, minimum: 0 },
      { name: 'query', type: ['null', 'string'], default: null },
      { name: 'channel', type: ['null', 'string'], default: null },
      { name: 'campaign', type: ['null', 'string'], default: null },
      { name: 'referrerUserId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'deviceId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'ip', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'country', type: ['null', 'string'], default: null, pattern: '^[A-Z]{2}$' },
      { name: 'latitude', type: ['null', 'double'], default: null, minimum: -90, maximum: 90 },
      { name: 'longitude', type: ['null', 'double'], default: null, minimum: -180, maximum: 180 },
      {
        name: 'consents',
        type: [
          'null',
          {
            type: 'array',
            items: {
              type: 'enum',
              name: 'Consent',
              symbols: ['ANALYTICS', 'PERSONALIZATION', 'MARKETING', 'UNKNOWN'],
              default: 'UNKNOWN',
            },
          },
        ],
        default: null,
      },
    ],
  },
}

/**
 * Something that happened to an order. It counts as a purchase from PLACED on; PAYMENT_DECLINED and
 * CANCELLED undo it, REFUNDED subtracts its amount.
 */
export const orders: Topic<Order> = {
  name: 'orders',
  kind: 'event',
  rank: 9,
  keyedBy: ['orderId'],
  identity: 'eventId',
  once: { field: 'type', value: 'PLACED', by: 'orderId' },
  fields: null,
  schema: {
    type: 'record',
    name: 'Order',
    namespace: 'millrace',
    id: 10,
    signedWhen: { type: ['ADJUSTED'] },
    fields: [
      { name: 'eventId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'orderId', type: 'string', pattern: '[^]+' },
      { name: 'originalOrderId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'userId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'visitorId', type: ['null', 'string'], pattern: '[^]+', default: null },
      {
        name: 'type',
        type: {
          type: 'enum',
          name: 'OrderType',
          symbols: [
            'PLACED',
            'PAID',
            'PAYMENT_DECLINED',
            'CANCELLED',
            'SHIPPED',
            'DELIVERED',
            'RETURNED',
            'REFUNDED',
            'ADJUSTED',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'market', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'merchantId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'currency', type: 'string', pattern: '^[A-Z]{3}$' },
      { name: 'totalMinor', type: 'long', minimum: 0 },
      { name: 'discountMinor', type: 'long', default: 0, minimum: 0 },
      { name: 'shippingMinor', type: 'long', default: 0, minimum: 0 },
      {
        name: 'lines',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'OrderLine',
            fields: [
              { name: 'sku', type: 'string', pattern: '[^]+' },
              { name: 'category', type: ['null', 'string'], default: null },
              { name: 'warehouseId', type: ['null', 'string'], pattern: '[^]+', default: null },
              { name: 'quantity', type: 'int', minimum: 0 },
              { name: 'unitPriceMinor', type: 'long', minimum: 0 },
              { name: 'listPriceMinor', type: ['null', 'long'], default: null, minimum: 0 },
              { name: 'unitCostMinor', type: ['null', 'long'], default: null, minimum: 0 },
              { name: 'promotionId', type: ['null', 'string'], pattern: '[^]+', default: null },
            ],
          },
        },
        default: [],
      },
      {
        name: 'paymentMethod',
        type: [
          'null',
          {
            type: 'enum',
            name: 'PaymentMethod',
            symbols: [
              'CARD',
              'WALLET',
              'BANK_TRANSFER',
              'CASH_ON_DELIVERY',
              'GIFT_CARD',
              'PAY_LATER',
              'OTHER',
              'UNKNOWN',
            ],
            default: 'UNKNOWN',
          },
        ],
        default: null,
      },
      { name: 'instrumentId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'issuerCountry', type: ['null', 'string'], default: null, pattern: '^[A-Z]{2}$' },
      { name: 'deviceId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'ip', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'country', type: ['null', 'string'], default: null, pattern: '^[A-Z]{2}$' },
      { name: 'latitude', type: ['null', 'double'], default: null, minimum: -90, maximum: 90 },
      { name: 'longitude', type: ['null', 'double'], default: null, minimum: -180, maximum: 180 },
      { name: 'shippingAddressId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'shippingCountry', type: ['null', 'string'], default: null, pattern: '^[A-Z]{2}$' },
      { name: 'couponId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'referrerUserId', type: ['null', 'string'], pattern: '[^]+', default: null },
    ],
  },
}

/** A reading of a sensor, or a step on the way of a shipment. */
export const logistics: Topic<LogisticsEvent> = {
  name: 'logistics',
  kind: 'event',
  rank: 10,
  keyedBy: ['shipmentId'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'LogisticsEvent',
    namespace: 'millrace',
    id: 11,
    fields: [
      { name: 'eventId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'shipmentId', type: 'string', pattern: '[^]+' },
      { name: 'sensorId', type: ['null', 'string'], pattern: '[^]+', default: null },
      {
        name: 'type',
        type: {
          type: 'enum',
          name: 'LogisticsType',
          symbols: [
            'READING',
            'PICKED_UP',
            'DEPARTED',
            'ARRIVED',
            'SCANNED',
            'OUT_FOR_DELIVERY',
            'DELIVERED',
            'DOOR_OPENED',
            'DOOR_CLOSED',
            'RETURNED',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'locationId', type: ['null', 'string'], pattern: '[^]+', default: null },
      { name: 'latitude', type: ['null', 'double'], default: null, minimum: -90, maximum: 90 },
      { name: 'longitude', type: ['null', 'double'], default: null, minimum: -180, maximum: 180 },
      { name: 'speedKph', type: ['null', 'double'], default: null, minimum: 0 },
      { name: 'temperatureC', type: ['null', 'double'], default: null },
      { name: 'humidityPct', type: ['null', 'double'], default: null, minimum: 0, maximum: 100 },
      { name: 'shockG', type: ['null', 'double'], default: null, minimum: 0 },
      { name: 'tiltDeg', type: ['null', 'double'], default: null, minimum: 0, maximum: 180 },
      { name: 'batteryPct', type: ['null', 'double'], default: null, minimum: 0, maximum: 100 },
    ],
  },
}

/** It became known whether an order was fraud. */
export const fraudLabels: Topic<FraudLabel> = {
  name: 'fraud-labels',
  kind: 'event',
  rank: 11,
  keyedBy: ['orderId'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'FraudLabel',
    namespace: 'millrace',
    id: 12,
    fields: [
      { name: 'eventId', type: 'string', pattern: '[^]+' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'orderId', type: 'string', pattern: '[^]+' },
      { name: 'isFraud', type: 'boolean' },
      {
        name: 'source',
        type: {
          type: 'enum',
          name: 'FraudLabelSource',
          symbols: ['CHARGEBACK', 'ANALYST', 'CUSTOMER', 'EXPIRED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
    ],
  },
}

/**
 * Where a visitor or a user stands as a customer. The last record of a subject is never further
 * from now than its model allows.
 */
export const lifecycleSegments: Topic<LifecycleSegment> = {
  name: 'lifecycle-segments',
  kind: 'result',
  rank: 12,
  keyedBy: ['subjectId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'LifecycleSegment',
    namespace: 'millrace',
    id: 13,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      {
        name: 'subjectType',
        type: {
          type: 'enum',
          name: 'LifecycleSubject',
          symbols: ['USER', 'VISITOR', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'subjectId', type: 'string' },
      { name: 'userId', type: ['null', 'string'], default: null },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'currency', type: ['null', 'string'], default: null },
      {
        name: 'stage',
        type: {
          type: 'enum',
          name: 'LifecycleStage',
          symbols: [
            'AWARE',
            'INTERESTED',
            'INTENT',
            'FIRST_BUYER',
            'REPEAT',
            'LOYAL',
            'ADVOCATE',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'previousStage', type: ['null', 'LifecycleStage'], default: null },
      {
        name: 'activity',
        type: {
          type: 'enum',
          name: 'Activity',
          symbols: ['ACTIVE', 'AT_RISK', 'DORMANT', 'LOST', 'REACTIVATED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'previousActivity', type: ['null', 'Activity'], default: null },
      { name: 'tags', type: { type: 'array', items: 'string' } },
      { name: 'entered', type: { type: 'array', items: 'string' } },
      { name: 'exited', type: { type: 'array', items: 'string' } },
      { name: 'recencyDays', type: ['null', 'double'], default: null },
      { name: 'frequency', type: 'int' },
      { name: 'monetaryMinor', type: ['null', 'long'], default: null },
      { name: 'pAlive', type: ['null', 'double'], default: null },
      { name: 'churnRisk30d', type: ['null', 'double'], default: null },
      { name: 'churnRisk90d', type: ['null', 'double'], default: null },
      { name: 'expectedOrders90d', type: ['null', 'double'], default: null },
      { name: 'ltv52wMinor', type: ['null', 'long'], default: null },
      {
        name: 'firstPurchaseAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      {
        name: 'lastPurchaseAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'purchaseChurnRisk30d', type: ['null', 'double'], default: null },
      { name: 'purchaseChurnRisk90d', type: ['null', 'double'], default: null },
      { name: 'purchases', type: 'int', default: 0 },
      { name: 'dealPurchases', type: 'int', default: 0 },
      { name: 'views', type: 'int', default: 0 },
      { name: 'dealViews', type: 'int', default: 0 },
      { name: 'recencyQuintile', type: ['null', 'int'], default: null },
      { name: 'frequencyQuintile', type: ['null', 'int'], default: null },
      { name: 'monetaryQuintile', type: ['null', 'int'], default: null },
      {
        name: 'closedAs',
        type: [
          'null',
          {
            type: 'enum',
            name: 'LifecycleEnd',
            symbols: ['MERGED', 'ERASED', 'UNKNOWN'],
            default: 'UNKNOWN',
          },
        ],
        default: null,
      },
    ],
  },
}

/** It is time to write to a person, or it would be, were nothing in the way. */
export const journeyTriggers: Topic<JourneyTrigger> = {
  name: 'journey-triggers',
  kind: 'result',
  rank: 13,
  keyedBy: ['userId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'JourneyTrigger',
    namespace: 'millrace',
    id: 14,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'userId', type: 'string' },
      {
        name: 'trigger',
        type: {
          type: 'enum',
          name: 'Trigger',
          symbols: [
            'CART_60M',
            'CART_24H',
            'CART_72H',
            'FIRST_PURCHASE',
            'CROSS_SELL',
            'WIN_BACK',
            'VIP_AT_RISK',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'currency', type: ['null', 'string'], default: null },
      { name: 'cartValueMinor', type: ['null', 'long'], default: null },
      { name: 'suppressedBy', type: ['null', 'string'], default: null },
    ],
  },
}

/** How demand for an article answers its price in a market. Null where the data cannot tell. */
export const priceElasticities: Topic<PriceElasticity> = {
  name: 'price-elasticities',
  kind: 'result',
  rank: 14,
  keyedBy: ['sku'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'PriceElasticity',
    namespace: 'millrace',
    id: 15,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'sku', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'category', type: ['null', 'string'], default: null },
      { name: 'elasticity', type: ['null', 'double'], default: null },
      { name: 'sd', type: ['null', 'double'], default: null },
      { name: 'p05', type: ['null', 'double'], default: null },
      { name: 'p95', type: ['null', 'double'], default: null },
      {
        name: 'status',
        type: {
          type: 'enum',
          name: 'ElasticityStatus',
          symbols: ['IDENTIFIED', 'WEAK', 'NOT_IDENTIFIED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      {
        name: 'method',
        type: {
          type: 'enum',
          name: 'ElasticityMethod',
          symbols: ['EXPERIMENT', 'OBSERVATIONAL', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'observations', type: 'long' },
      { name: 'priceChanges', type: 'int' },
      { name: 'unitsPerDay', type: ['null', 'double'], default: null },
      { name: 'ownElasticity', type: ['null', 'double'], default: null },
      { name: 'ownSd', type: ['null', 'double'], default: null },
      { name: 'categoryElasticity', type: ['null', 'double'], default: null },
      { name: 'categorySd', type: ['null', 'double'], default: null },
      { name: 'daysToIdentify', type: ['null', 'double'], default: null },
    ],
  },
}

/** The price that would earn most within the rules, and how sure that is. */
export const priceRecommendations: Topic<PriceRecommendation> = {
  name: 'price-recommendations',
  kind: 'result',
  rank: 15,
  keyedBy: ['sku'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'PriceRecommendation',
    namespace: 'millrace',
    id: 16,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'sku', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'currency', type: 'string' },
      { name: 'currentPriceMinor', type: 'long' },
      { name: 'recommendedPriceMinor', type: 'long' },
      {
        name: 'action',
        type: {
          type: 'enum',
          name: 'PriceAction',
          symbols: ['AUTO', 'TEST', 'HOLD', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'profitChangePctMean', type: 'double' },
      { name: 'profitChangePctP05', type: 'double' },
      { name: 'profitChangePctP95', type: 'double' },
      { name: 'policyPriceMinor', type: ['null', 'long'], default: null },
      {
        name: 'effectiveAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      {
        name: 'validUntil',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'epoch', type: ['null', 'long'], default: null },
      { name: 'deviation', type: ['null', 'double'], default: null },
      { name: 'unitCostMinor', type: ['null', 'long'], default: null },
      { name: 'elasticity', type: ['null', 'double'], default: null },
      { name: 'elasticitySd', type: ['null', 'double'], default: null },
      { name: 'unitsPerDay', type: ['null', 'double'], default: null },
      { name: 'stockUnits', type: ['null', 'long'], default: null },
      { name: 'policyId', type: ['null', 'string'], default: null },
      { name: 'policyVersion', type: ['null', 'int'], default: null },
    ],
  },
}

/**
 * How likely an order or a login is fraud, and what to do. Exactly one for every PLACED order and
 * every LOGIN.
 */
export const fraudScores: Topic<FraudScore> = {
  name: 'fraud-scores',
  kind: 'result',
  rank: 16,
  keyedBy: ['subjectId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'FraudScore',
    namespace: 'millrace',
    id: 17,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      {
        name: 'subjectType',
        type: {
          type: 'enum',
          name: 'FraudSubject',
          symbols: ['ORDER', 'LOGIN', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'subjectId', type: 'string' },
      { name: 'userId', type: ['null', 'string'], default: null },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'score', type: 'double' },
      {
        name: 'evidence',
        type: {
          type: 'enum',
          name: 'Evidence',
          symbols: ['LOW', 'MEDIUM', 'HIGH', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      {
        name: 'action',
        type: {
          type: 'enum',
          name: 'FraudAction',
          symbols: ['ALLOW', 'STEP_UP', 'HOLD', 'DECLINE', 'FREEZE', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'policyId', type: 'string' },
      { name: 'policyVersion', type: 'int' },
      { name: 'features', type: { type: 'map', values: 'double' } },
    ],
  },
}

/** Something is wrong with a shipment, or right again. */
export const shipmentAlerts: Topic<ShipmentAlert> = {
  name: 'shipment-alerts',
  kind: 'result',
  rank: 17,
  keyedBy: ['shipmentId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'ShipmentAlert',
    namespace: 'millrace',
    id: 18,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'shipmentId', type: 'string' },
      { name: 'sensorId', type: ['null', 'string'], default: null },
      {
        name: 'kind',
        type: {
          type: 'enum',
          name: 'AlertKind',
          symbols: [
            'TEMPERATURE',
            'HUMIDITY',
            'SHOCK',
            'TILT',
            'SILENT',
            'STUCK',
            'ANOMALY',
            'DOOR',
            'LATE',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      {
        name: 'severity',
        type: {
          type: 'enum',
          name: 'Severity',
          symbols: ['WARNING', 'CRITICAL', 'RECOVERED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'startedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'value', type: ['null', 'double'], default: null },
      { name: 'limit', type: ['null', 'double'], default: null },
      { name: 'dwellMs', type: ['null', 'long'], default: null },
      { name: 'degreeMinutes', type: ['null', 'double'], default: null },
      { name: 'meanKineticTemperatureC', type: ['null', 'double'], default: null },
      { name: 'score', type: ['null', 'double'], default: null },
    ],
  },
}

/** When a shipment will arrive, as percentiles. */
export const shipmentEtas: Topic<ShipmentEta> = {
  name: 'shipment-etas',
  kind: 'result',
  rank: 18,
  keyedBy: ['shipmentId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'ShipmentEta',
    namespace: 'millrace',
    id: 19,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'shipmentId', type: 'string' },
      {
        name: 'stage',
        type: {
          type: 'enum',
          name: 'ShipmentStage',
          symbols: [
            'ORDERED',
            'HANDED_OVER',
            'IN_TRANSIT',
            'OUT_FOR_DELIVERY',
            'DELIVERED',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'etaP05', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'etaP50', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'etaP90', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'etaP95', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'promisedAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'lateProbability', type: ['null', 'double'], default: null },
    ],
  },
}

/** Whether to order more of an article for a warehouse, and how much. */
export const replenishmentAdvice: Topic<ReplenishmentAdvice> = {
  name: 'replenishment-advice',
  kind: 'result',
  rank: 19,
  keyedBy: ['sku'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'ReplenishmentAdvice',
    namespace: 'millrace',
    id: 20,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'sku', type: 'string' },
      { name: 'warehouseId', type: 'string' },
      { name: 'onHand', type: 'int' },
      { name: 'onOrder', type: 'int' },
      { name: 'reorderPoint', type: 'int' },
      { name: 'orderQuantity', type: 'int' },
      { name: 'stockoutProbability', type: 'double' },
      { name: 'demandPerDay', type: 'double' },
      { name: 'daysOfCover', type: ['null', 'double'], default: null },
    ],
  },
}

/**
 * A record that came after the watermark and was set aside, with how late it was. It can be
 * redriven.
 */
export const lateEvents: Topic<LateEvent> = {
  name: 'late-events',
  kind: 'result',
  rank: 20,
  keyedBy: [],
  identity: null,
  fields: null,
  schema: {
    type: 'record',
    name: 'LateEvent',
    namespace: 'millrace',
    id: 21,
    fields: [
      { name: 'topic', type: 'string' },
      { name: 'partition', type: 'int' },
      { name: 'offset', type: 'long' },
      { name: 'pipelineId', type: 'string' },
      { name: 'eventId', type: ['null', 'string'], default: null },
      { name: 'eventOccurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'watermark', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'lateByMs', type: 'long' },
      { name: 'payload', type: 'bytes' },
    ],
  },
}

/** A record that could not be read or handled, with the error. It can be redriven. */
export const deadLetters: Topic<DeadLetter> = {
  name: 'dead-letters',
  kind: 'result',
  rank: 21,
  keyedBy: [],
  identity: null,
  fields: null,
  schema: {
    type: 'record',
    name: 'DeadLetter',
    namespace: 'millrace',
    id: 22,
    fields: [
      { name: 'topic', type: 'string' },
      { name: 'partition', type: 'int' },
      { name: 'offset', type: 'long' },
      {
        name: 'stage',
        type: {
          type: 'enum',
          name: 'DeadLetterStage',
          symbols: ['DECODE', 'VALIDATE', 'HANDLE', 'TIMER', 'SINK', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'pipelineId', type: ['null', 'string'], default: null },
      { name: 'key', type: ['null', 'string'], default: null },
      { name: 'schemaId', type: ['null', 'int'], default: null },
      { name: 'errorCode', type: 'string' },
      { name: 'error', type: 'string' },
      { name: 'payload', type: 'bytes' },
      { name: 'headers', type: { type: 'map', values: 'string' } },
    ],
  },
}

/**
 * A buyer joined a cell of the population or left one, or a forecast about the buyer came true or
 * did not. Sums of these are the population.
 */
export const populationChanges: Topic<PopulationChange> = {
  name: 'population-changes',
  kind: 'result',
  rank: 22,
  keyedBy: ['subjectId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'PopulationChange',
    namespace: 'millrace',
    id: 23,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'subjectId', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      {
        name: 'change',
        type: {
          type: 'enum',
          name: 'PopulationChangeKind',
          symbols: ['JOINED', 'LEFT', 'FORECAST', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'cohortDay', type: 'int' },
      { name: 'repeats', type: 'int' },
      { name: 'lastDay', type: 'int' },
      { name: 'spendBucket', type: ['null', 'int'], default: null },
      { name: 'purchases', type: 'int' },
      { name: 'dealPurchases', type: 'int' },
      { name: 'views', type: 'int' },
      { name: 'dealViews', type: 'int' },
      { name: 'horizonDays', type: ['null', 'int'], default: null },
      {
        name: 'forecastAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'churnRisk', type: ['null', 'double'], default: null },
      { name: 'bought', type: ['null', 'boolean'], default: null },
      { name: 'judgedModelId', type: ['null', 'string'], default: null },
    ],
  },
}

/**
 * The buyers whose first purchase was in one week, counted by what the purchase model knows of
 * them, as of a midnight.
 */
export const purchaseCohorts: Topic<PurchaseCohort> = {
  name: 'purchase-cohorts',
  kind: 'result',
  rank: 23,
  keyedBy: ['cohortId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'PurchaseCohort',
    namespace: 'millrace',
    id: 24,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'cohortId', type: 'string' },
      { name: 'modelId', type: 'string' },
      { name: 'cohortWeek', type: 'int' },
      { name: 'cohortDay', type: { type: 'array', items: 'int' } },
      { name: 'repeats', type: { type: 'array', items: 'int' } },
      { name: 'lastDay', type: { type: 'array', items: 'int' } },
      { name: 'buyers', type: { type: 'array', items: 'int' } },
      { name: 'spendRepeats', type: { type: 'array', items: 'int' } },
      { name: 'spendBucket', type: { type: 'array', items: 'int' } },
      { name: 'spendBuyers', type: { type: 'array', items: 'int' } },
      { name: 'deals', type: { type: 'array', items: 'int' } },
      { name: 'outcomeHorizonDays', type: { type: 'array', items: 'int' } },
      { name: 'outcomeBin', type: { type: 'array', items: 'int' } },
      { name: 'outcomes', type: { type: 'array', items: 'int' } },
      { name: 'happened', type: { type: 'array', items: 'int' } },
    ],
  },
}

/**
 * All that a refit reads: the buyers of a market, or of all, as of a midnight, and the parameters
 * in use.
 */
export const purchasePopulations: Topic<PurchasePopulation> = {
  name: 'purchase-populations',
  kind: 'result',
  rank: 24,
  keyedBy: ['modelId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'PurchasePopulation',
    namespace: 'millrace',
    id: 25,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'modelId', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'cutAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'cohortDay', type: { type: 'array', items: 'int' } },
      { name: 'repeats', type: { type: 'array', items: 'int' } },
      { name: 'lastDay', type: { type: 'array', items: 'int' } },
      { name: 'buyers', type: { type: 'array', items: 'int' } },
      { name: 'spendRepeats', type: { type: 'array', items: 'int' } },
      { name: 'spendBucket', type: { type: 'array', items: 'int' } },
      { name: 'spendBuyers', type: { type: 'array', items: 'int' } },
      { name: 'deals', type: { type: 'array', items: 'long' } },
      { name: 'outcomeHorizonDays', type: { type: 'array', items: 'int' } },
      { name: 'outcomeBin', type: { type: 'array', items: 'int' } },
      { name: 'outcomes', type: { type: 'array', items: 'double' } },
      { name: 'happened', type: { type: 'array', items: 'double' } },
      { name: 'inUseVersion', type: 'int' },
      { name: 'inUse', type: { type: 'map', values: 'double' } },
      { name: 'hasOwnRhythms', type: 'boolean' },
    ],
  },
}

/** A person asked to be forgotten. */
export const erasures: Topic<Erasure> = {
  name: 'erasures',
  kind: 'event',
  rank: 25,
  keyedBy: ['userId'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'Erasure',
    namespace: 'millrace',
    id: 26,
    fields: [
      { name: 'eventId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'userId', type: 'string' },
      { name: 'visitorIds', type: { type: 'array', items: 'string' }, default: [] },
    ],
  },
}

/**
 * A visitor turned out to be a user: whom, and what the visitor bought as a guest. The last
 * revision of a turn is all that it brought.
 */
export const identityMerges: Topic<IdentityMerge> = {
  name: 'identity-merges',
  kind: 'result',
  rank: 26,
  keyedBy: ['visitorId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'IdentityMerge',
    namespace: 'millrace',
    id: 27,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'visitorId', type: 'string' },
      { name: 'userId', type: 'string' },
      { name: 'since', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'mergedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'revision', type: 'int', minimum: 1 },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'currency', type: ['null', 'string'], default: null },
      { name: 'purchases', type: 'int' },
      { name: 'dealPurchases', type: 'int' },
      { name: 'netMinor', type: 'long' },
      {
        name: 'firstPurchaseAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      {
        name: 'lastPurchaseAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'days', type: { type: 'array', items: 'int' } },
      { name: 'olderDays', type: 'int' },
    ],
  },
}

/**
 * What was sold of an article in a market in one span of time, in which nothing but customers
 * changed; what was expected; and what is known of its demand after it.
 */
export const demandObservations: Topic<DemandObservation> = {
  name: 'demand-observations',
  kind: 'result',
  rank: 27,
  keyedBy: ['sku'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'DemandObservation',
    namespace: 'millrace',
    id: 28,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'sku', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'category', type: ['null', 'string'], default: null },
      { name: 'modelId', type: 'string' },
      { name: 'leftModelId', type: ['null', 'string'], default: null },
      { name: 'currency', type: 'string' },
      { name: 'startedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'endedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'units', type: 'long' },
      { name: 'views', type: 'long' },
      { name: 'hours', type: 'double' },
      { name: 'isByViews', type: 'boolean' },
      { name: 'exposure', type: 'double' },
      { name: 'shownPriceMinor', type: 'long' },
      { name: 'policyPriceMinor', type: 'long' },
      { name: 'referencePriceMinor', type: 'long' },
      { name: 'isExperiment', type: 'boolean' },
      { name: 'isPromoted', type: 'boolean' },
      { name: 'competitorPriceMinor', type: ['null', 'long'], default: null },
      { name: 'isLearnt', type: 'boolean' },
      { name: 'expectedUnits', type: ['null', 'double'], default: null },
      { name: 'expectedP05', type: ['null', 'double'], default: null },
      { name: 'expectedP95', type: ['null', 'double'], default: null },
      { name: 'deviationMean', type: ['null', 'double'], default: null },
      { name: 'deviationVariance', type: ['null', 'double'], default: null },
      { name: 'priceMean', type: ['null', 'double'], default: null },
      { name: 'priceVariance', type: ['null', 'double'], default: null },
      { name: 'covariance', type: ['null', 'double'], default: null },
      { name: 'excess', type: 'double' },
      { name: 'weight', type: 'double' },
      { name: 'observations', type: 'long' },
      { name: 'totalUnits', type: 'long' },
      { name: 'priceChanges', type: 'int' },
      { name: 'experimentChanges', type: 'int' },
      { name: 'promotionChanges', type: 'int' },
      { name: 'daysKnown', type: 'double' },
      { name: 'daysInStock', type: 'double' },
      { name: 'unitsPerDay', type: ['null', 'double'], default: null },
    ],
  },
}

/** What is known of the demand for the articles of one part of a category, as of a midnight. */
export const elasticityEvidence: Topic<ElasticityEvidence> = {
  name: 'elasticity-evidence',
  kind: 'result',
  rank: 28,
  keyedBy: ['shardId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'ElasticityEvidence',
    namespace: 'millrace',
    id: 29,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'shardId', type: 'string' },
      { name: 'modelId', type: 'string' },
      { name: 'sku', type: { type: 'array', items: 'string' } },
      { name: 'market', type: { type: 'array', items: 'string' } },
      { name: 'deviationMean', type: { type: 'array', items: 'double' } },
      { name: 'deviationVariance', type: { type: 'array', items: 'double' } },
      { name: 'priceMean', type: { type: 'array', items: 'double' } },
      { name: 'priceVariance', type: { type: 'array', items: 'double' } },
      { name: 'covariance', type: { type: 'array', items: 'double' } },
      { name: 'excess', type: { type: 'array', items: 'double' } },
      { name: 'weight', type: { type: 'array', items: 'double' } },
      { name: 'experimentChanges', type: { type: 'array', items: 'int' } },
      { name: 'priceChanges', type: { type: 'array', items: 'int' } },
      { name: 'weekdayUnits', type: { type: 'array', items: 'long' } },
      { name: 'weekdayExpected', type: { type: 'array', items: 'long' } },
    ],
  },
}

/**
 * All that the model of a category is fitted to: what is known of the demand for its articles as of
 * a midnight, and the parameters in use.
 */
export const elasticityPopulations: Topic<ElasticityPopulation> = {
  name: 'elasticity-populations',
  kind: 'result',
  rank: 29,
  keyedBy: ['modelId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'ElasticityPopulation',
    namespace: 'millrace',
    id: 30,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'modelId', type: 'string' },
      { name: 'category', type: ['null', 'string'], default: null },
      { name: 'cutAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'sku', type: { type: 'array', items: 'string' } },
      { name: 'market', type: { type: 'array', items: 'string' } },
      { name: 'deviationMean', type: { type: 'array', items: 'double' } },
      { name: 'deviationVariance', type: { type: 'array', items: 'double' } },
      { name: 'priceMean', type: { type: 'array', items: 'double' } },
      { name: 'priceVariance', type: { type: 'array', items: 'double' } },
      { name: 'covariance', type: { type: 'array', items: 'double' } },
      { name: 'excess', type: { type: 'array', items: 'double' } },
      { name: 'weight', type: { type: 'array', items: 'double' } },
      { name: 'experimentChanges', type: { type: 'array', items: 'int' } },
      { name: 'priceChanges', type: { type: 'array', items: 'int' } },
      { name: 'weekdayUnits', type: { type: 'array', items: 'long' } },
      { name: 'weekdayExpected', type: { type: 'array', items: 'long' } },
      { name: 'inUseVersion', type: 'int' },
      { name: 'inUse', type: { type: 'map', values: 'double' } },
    ],
  },
}

/** How many orders a market has, old ones counting less. */
export const basketTotals: Topic<BasketTotal> = {
  name: 'basket-totals',
  kind: 'result',
  rank: 30,
  keyedBy: ['modelId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'BasketTotal',
    namespace: 'millrace',
    id: 31,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'modelId', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'baskets', type: 'double' },
    ],
  },
}

/** How many orders an article was in, and with which others, old orders counting less. */
export const basketCounts: Topic<BasketCount> = {
  name: 'basket-counts',
  kind: 'result',
  rank: 31,
  keyedBy: ['sku'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'BasketCount',
    namespace: 'millrace',
    id: 32,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'sku', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'baskets', type: 'double' },
      {
        name: 'neighbours',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'BasketNeighbourCount',
            fields: [
              { name: 'sku', type: 'string' },
              { name: 'baskets', type: 'double' },
              { name: 'error', type: 'double' },
            ],
          },
        },
      },
    ],
  },
}

/** The articles that are bought together with an article more often than by chance. */
export const basketNeighbours: Topic<BasketNeighbours> = {
  name: 'basket-neighbours',
  kind: 'result',
  rank: 32,
  keyedBy: ['sku'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'BasketNeighbours',
    namespace: 'millrace',
    id: 33,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'sku', type: 'string' },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'baskets', type: 'double' },
      {
        name: 'neighbours',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'BasketNeighbour',
            fields: [
              { name: 'sku', type: 'string' },
              { name: 'baskets', type: 'double' },
              { name: 'lift', type: 'double' },
              { name: 'shrunkLift', type: 'double' },
              { name: 'attach', type: 'double' },
            ],
          },
        },
      },
    ],
  },
}

/**
 * It became known, or was taken back, whether a scored order was fraud: the order, what was said of
 * it, and what is true of it. What a fraud model learns from.
 */
export const fraudOutcomes: Topic<FraudOutcome> = {
  name: 'fraud-outcomes',
  kind: 'result',
  rank: 33,
  keyedBy: ['orderId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'FraudOutcome',
    namespace: 'millrace',
    id: 34,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'orderId', type: 'string' },
      { name: 'placedAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'isFraud', type: 'boolean' },
      { name: 'wasFraud', type: ['null', 'boolean'], default: null },
      {
        name: 'source',
        type: {
          type: 'enum',
          name: 'FraudOutcomeSource',
          symbols: ['CHARGEBACK', 'ANALYST', 'CUSTOMER', 'EXPIRED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
      },
      { name: 'userId', type: ['null', 'string'], default: null },
      { name: 'instrumentId', type: ['null', 'string'], default: null },
      { name: 'deviceId', type: ['null', 'string'], default: null },
      { name: 'ip', type: ['null', 'string'], default: null },
      { name: 'merchantId', type: ['null', 'string'], default: null },
      { name: 'shippingAddressId', type: ['null', 'string'], default: null },
      { name: 'market', type: ['null', 'string'], default: null },
      { name: 'currency', type: 'string' },
      { name: 'amountMinor', type: 'long' },
      { name: 'score', type: ['null', 'double'], default: null },
      { name: 'scoredBy', type: ['null', 'string'], default: null },
      {
        name: 'action',
        type: [
          'null',
          {
            type: 'enum',
            name: 'FraudOutcomeAction',
            symbols: ['ALLOW', 'STEP_UP', 'HOLD', 'DECLINE', 'FREEZE', 'UNKNOWN'],
            default: 'UNKNOWN',
          },
        ],
        default: null,
      },
      { name: 'bins', type: { type: 'array', items: 'string' }, default: [] },
    ],
  },
}

/**
 * The weights of a fraud model as they have been learnt so far, before they are published for use.
 */
export const fraudWeights: Topic<FraudWeights> = {
  name: 'fraud-weights',
  kind: 'result',
  rank: 34,
  keyedBy: ['modelId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'FraudWeights',
    namespace: 'millrace',
    id: 35,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'modelId', type: 'string' },
      { name: 'cutAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'outcomes', type: 'long' },
      { name: 'frauds', type: 'long' },
      { name: 'calibrationError', type: 'double' },
      { name: 'logLoss', type: 'double' },
      { name: 'inUseVersion', type: 'int' },
      { name: 'parameters', type: { type: 'map', values: 'double' } },
    ],
  },
}

/** A shipment has come a stage further, or it is known how long it took from one to its arrival. */
export const shipmentLegs: Topic<ShipmentLeg> = {
  name: 'shipment-legs',
  kind: 'result',
  rank: 35,
  keyedBy: ['shipmentId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'ShipmentLeg',
    namespace: 'millrace',
    id: 36,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'shipmentId', type: 'string' },
      {
        name: 'stage',
        type: {
          type: 'enum',
          name: 'ShipmentStage',
          symbols: [
            'ORDERED',
            'HANDED_OVER',
            'IN_TRANSIT',
            'OUT_FOR_DELIVERY',
            'DELIVERED',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'begunAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'lane', type: ['null', 'string'], default: null },
      { name: 'destinationId', type: ['null', 'string'], default: null },
      {
        name: 'promisedAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'durationMs', type: ['null', 'long'], default: null },
      { name: 'distanceKm', type: ['null', 'double'], default: null },
    ],
  },
}

/**
 * How long shipments take from a stage to their arrival, as it is known when one of them comes to
 * it.
 */
export const stageForecasts: Topic<StageForecast> = {
  name: 'stage-forecasts',
  kind: 'result',
  rank: 36,
  keyedBy: ['shipmentId'],
  identity: 'resultId',
  fields: null,
  schema: {
    type: 'record',
    name: 'StageForecast',
    namespace: 'millrace',
    id: 37,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'modelVersion', type: 'string' },
      {
        name: 'reasons',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Reason',
            fields: [
              { name: 'code', type: 'string' },
              { name: 'detail', type: 'string' },
              { name: 'weight', type: 'double' },
            ],
          },
        },
      },
      { name: 'shipmentId', type: 'string' },
      {
        name: 'stage',
        type: {
          type: 'enum',
          name: 'ShipmentStage',
          symbols: [
            'ORDERED',
            'HANDED_OVER',
            'IN_TRANSIT',
            'OUT_FOR_DELIVERY',
            'DELIVERED',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
      },
      { name: 'begunAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'promisedAt',
        type: ['null', { type: 'long', logicalType: 'timestamp-millis' }],
        default: null,
      },
      { name: 'logMs', type: 'double' },
      { name: 'residuals', type: { type: 'array', items: 'double' } },
      { name: 'missShare', type: 'double' },
      { name: 'plattSlope', type: 'double' },
      { name: 'plattLevel', type: 'double' },
      { name: 'observations', type: 'long' },
      { name: 'distanceKm', type: ['null', 'double'], default: null },
    ],
  },
}

/** All topics, in the order of their ranks. */
export const topics: readonly AnyTopic[] = [
  markets,
  products,
  shipments,
  policies,
  modelParameters,
  prices,
  competitorPrices,
  inventory,
  clickstream,
  orders,
  logistics,
  fraudLabels,
  lifecycleSegments,
  journeyTriggers,
  priceElasticities,
  priceRecommendations,
  fraudScores,
  shipmentAlerts,
  shipmentEtas,
  replenishmentAdvice,
  lateEvents,
  deadLetters,
  populationChanges,
  purchaseCohorts,
  purchasePopulations,
  erasures,
  identityMerges,
  demandObservations,
  elasticityEvidence,
  elasticityPopulations,
  basketTotals,
  basketCounts,
  basketNeighbours,
  fraudOutcomes,
  fraudWeights,
  shipmentLegs,
  stageForecasts,
]

const byName: ReadonlyMap<string, AnyTopic> = new Map(topics.map(topic => [topic.name, topic]))

export const topicNamed = (name: string): AnyTopic | undefined => byName.get(name)

/** Schemas that records of a topic were once written with, by topic. Still read, never written. */
export const retiredSchemas: Readonly<Record<string, readonly RecordSchema[]>> = {}
