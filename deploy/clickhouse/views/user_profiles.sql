-- Everything that is known of a user now, one row each.
--
-- `segments_now` has the last record of each subject already, and is proved to; whoever is erased is not
-- in it. Here it is by user. A record from before the last purchase was told has its age, which is as of
-- the newest event that was known: where that came late, the instant is too early by that.
CREATE OR REPLACE VIEW user_profiles
(
    userId String COMMENT 'Opaque id of the person.',
    market Nullable(String) COMMENT 'The market that the user is counted to; null is a market of its own.',
    currency Nullable(String) COMMENT 'Of the amounts (ISO 4217); null: nothing was bought yet.',
    stage String COMMENT 'How far the user has come as a customer.',
    activity String COMMENT 'Whether the user still comes.',
    tags Array(String) COMMENT 'All segments that the user is in, sorted.',
    firstPurchaseAt Nullable(DateTime64(3, 'UTC')) COMMENT 'The first purchase that stands; null: there is none, or it was not told yet.',
    lastPurchaseAt Nullable(DateTime64(3, 'UTC')) COMMENT 'The last purchase that stands; null: there is none.',
    purchases Int32 COMMENT 'Purchases that stand.',
    dealPurchases Int32 COMMENT 'Of these, on a deal.',
    purchaseDays Int32 COMMENT 'Days with a purchase that stands.',
    monetaryMinor Nullable(Int64) COMMENT 'Net worth of all purchases, in minor units; null: no order yet.',
    recencyQuintile Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by the time since the last purchase; null: not compared.',
    frequencyQuintile Nullable(Int32) COMMENT 'From 1 to 5, the best: by purchase days; null: not compared.',
    monetaryQuintile Nullable(Int32) COMMENT 'From 1 to 5, the best: by the mean net value of a purchase day; null: not compared.',
    pAlive Nullable(Float64) COMMENT 'Probability that the user is still a customer; null: nothing to tell it from.',
    churnRisk30d Nullable(Float64) COMMENT 'Probability of no purchase in 30 days from updatedAt; null: nothing to tell it from.',
    churnRisk90d Nullable(Float64) COMMENT 'Probability of no purchase in 90 days from updatedAt; null: nothing to tell it from.',
    expectedOrders90d Nullable(Float64) COMMENT 'Expected number of orders in 90 days from updatedAt; null: nothing to tell it from.',
    ltv52wMinor Nullable(Int64) COMMENT 'Expected worth of 52 weeks from updatedAt, in minor units; null: nothing to tell it from.',
    reasons Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first.',
    updatedAt DateTime64(3, 'UTC') COMMENT 'Event time of the last record of the user.',
    causeEventId Nullable(String) COMMENT 'The event that brought that record about; null: time alone did.',
    modelVersion String COMMENT 'Of the code and the model that made it.',
    resultId String COMMENT 'Of that record, in lifecycle_segments.'
)
AS SELECT
    subjectId AS userId,
    market,
    currency,
    stage,
    activity,
    tags,
    firstPurchaseAt,
    ifNull(
        lastPurchaseAt,
        fromUnixTimestamp64Milli(
            toUnixTimestamp64Milli(occurredAt) - toInt64(round(recencyDays * 86400000)), 'UTC')) AS lastPurchaseAt,
    purchases,
    dealPurchases,
    if(recencyDays IS NULL, 0, frequency + 1) AS purchaseDays,
    monetaryMinor,
    recencyQuintile,
    frequencyQuintile,
    monetaryQuintile,
    pAlive,
    churnRisk30d,
    churnRisk90d,
    expectedOrders90d,
    ltv52wMinor,
    reasons,
    occurredAt AS updatedAt,
    causeEventId,
    modelVersion,
    resultId
FROM segments_now
WHERE subjectType = 'USER'
COMMENT 'Everything that is known of each user now: one row a user.';
