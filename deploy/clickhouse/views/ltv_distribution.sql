-- How the expected worth of users is spread: ten groups of as many users, from the least worth to the
-- most. Within one currency, since amounts of several are never compared.
CREATE OR REPLACE VIEW ltv_distribution
(
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    currency Nullable(String) COMMENT 'Of all amounts in the row (ISO 4217); null: nothing was bought yet.',
    decile Nullable(UInt8) COMMENT 'From 1, worth the least, to 10, worth the most; null: their worth is not known.',
    users UInt64 COMMENT 'How many; of the deciles of a market and currency, as equal as may be.',
    ltvMinMinor Nullable(Int64) COMMENT 'Least expected worth of 52 weeks among them, in minor units; null: not known.',
    ltvMaxMinor Nullable(Int64) COMMENT 'Greatest of them, in minor units; null: not known.',
    ltvSumMinor Nullable(Int64) COMMENT 'Sum of them, in minor units; null: not known.',
    monetarySumMinor Int64 COMMENT 'Net worth of all that these users bought so far, in minor units.'
)
AS SELECT
    market,
    currency,
    decile,
    count() AS users,
    min(ltv52wMinor) AS ltvMinMinor,
    max(ltv52wMinor) AS ltvMaxMinor,
    sum(ltv52wMinor) AS ltvSumMinor,
    ifNull(sum(monetaryMinor), 0) AS monetarySumMinor
FROM
(
    SELECT
        market,
        currency,
        ltv52wMinor,
        monetaryMinor,
        count() OVER alike AS alikes,
        row_number() OVER (
            PARTITION BY market, currency, ltv52wMinor IS NULL
            ORDER BY ltv52wMinor, subjectId) AS place,
        if(ltv52wMinor IS NULL, NULL, intDiv((place - 1) * 10, alikes) + 1) AS decile
    FROM segments_now
    WHERE subjectType = 'USER'
    WINDOW alike AS (PARTITION BY market, currency, ltv52wMinor IS NULL)
)
GROUP BY market, currency, decile
COMMENT 'How the expected worth of users is spread, in tenths of the users of a market and currency.';
