-- What is known of the elasticities of a category, in each version that was published of it: by prices
-- drawn by chance, and by prices that somebody set.
CREATE OR REPLACE VIEW category_elasticities
(
    modelId String COMMENT 'Names the model: elasticities/<category>, or elasticities/ of all articles without one.',
    category Nullable(String) COMMENT 'The group of articles; null: those without one.',
    version Int32 COMMENT 'Of the parameters; a fitted one is the day of its cut, in days since 1970 (UTC).',
    isLast Bool COMMENT 'Whether no later version was published; one in effect later is still to come into use.',
    effectiveAt DateTime64(3, 'UTC') COMMENT 'From when it is used, in event time.',
    experimentMean Nullable(Float64) COMMENT 'By prices drawn by chance: mean elasticity of the category; null: not known so.',
    experimentSd Nullable(Float64) COMMENT 'How unsure that mean is, as a standard deviation; null likewise.',
    experimentSpread Nullable(Float64) COMMENT 'How far its articles are from it, as a standard deviation; null likewise.',
    experimentMarketSpread Nullable(Float64) COMMENT 'How far the markets of an article are from the article, likewise.',
    experimentPairs Nullable(Int32) COMMENT 'Articles in markets that told it; null likewise.',
    observationalMean Nullable(Float64) COMMENT 'By prices that somebody set: mean elasticity; null: not known so.',
    observationalSd Nullable(Float64) COMMENT 'How unsure that mean is; null likewise.',
    observationalSpread Nullable(Float64) COMMENT 'How far its articles are from it; null likewise.',
    observationalMarketSpread Nullable(Float64) COMMENT 'How far the markets of an article are from the article, likewise.',
    observationalPairs Nullable(Int32) COMMENT 'Articles in markets that told it; null likewise.',
    hausman Nullable(Float64) COMMENT 'How far the two ways are apart, in standard deviations, after Hausman; null: not compared.',
    hausmanSd Nullable(Float64) COMMENT 'Standard deviation of the mean difference of the two; null likewise.',
    hausmanPairs Nullable(Int32) COMMENT 'Articles in markets that are known both ways; null likewise.',
    scatter Nullable(Float64) COMMENT 'How much demand scatters beyond chance, 1/φ of the negative binomial; null: not known.',
    weekdays Array(Float64) COMMENT 'Demand of each day of the week (UTC) from Monday on, 1 in the mean; empty: not known.'
)
AS SELECT
    modelId,
    nullIf(substring(modelId, length('elasticities/') + 1), '') AS category,
    version,
    CAST(version = max(version) OVER (PARTITION BY modelId), 'Bool') AS isLast,
    ifNull(row.effectiveAt, row.occurredAt) AS effectiveAt,
    known['experimentMean'] AS experimentMean,
    sqrt(known['experimentVariance']) AS experimentSd,
    known['experimentSkuSpread'] AS experimentSpread,
    known['experimentMarketSpread'] AS experimentMarketSpread,
    toInt32(known['experimentPairs']) AS experimentPairs,
    known['observationalMean'] AS observationalMean,
    sqrt(known['observationalVariance']) AS observationalSd,
    known['observationalSkuSpread'] AS observationalSpread,
    known['observationalMarketSpread'] AS observationalMarketSpread,
    toInt32(known['observationalPairs']) AS observationalPairs,
    known['hausman'] AS hausman,
    known['hausmanSd'] AS hausmanSd,
    toInt32(known['hausmanPairs']) AS hausmanPairs,
    known['scatter'] AS scatter,
    if(mapContains(parameters, 'weekday6'),
        arrayMap(day -> parameters[concat('weekday', toString(day))], range(7)),
        []) AS weekdays
FROM
(
    SELECT
        modelId, version, occurredAt, effectiveAt, parameters,
        -- Null where a name is missing, which the map itself answers with 0.
        CAST(parameters, 'Map(String, Nullable(Float64))') AS known
    FROM model_parameters
    WHERE startsWith(modelId, 'elasticities/')
    ORDER BY _offset DESC
    LIMIT 1 BY modelId, version
) AS row
COMMENT 'What is known of the elasticities of a category, in each version that was published of it.';
