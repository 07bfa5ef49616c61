-- How many orders and logins of a day got a score of each band. Bands are narrow where most scores are.
-- Of a subject that was scored more than once, as by a generation of the pipeline that began anew, the
-- last score counts.
CREATE OR REPLACE VIEW fraud_score_distribution
(
    day Date COMMENT 'Of event time (UTC).',
    subjectType String COMMENT 'ORDER or LOGIN.',
    scoreFrom Float64 COMMENT 'Where the band begins; a score on it is in it.',
    scoreTo Float64 COMMENT 'Where it ends, and the next one begins; 1 is in the last one.',
    scores UInt64 COMMENT 'Orders or logins with such a score.',
    share Float64 COMMENT 'Their share of the day, from 0 to 1.',
    scoreMean Float64 COMMENT 'Mean of their scores.',
    stopped UInt64 COMMENT 'Of these, how many were not simply allowed.'
)
AS WITH [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1.] AS edges
SELECT
    toDate(occurredAt) AS day,
    toString(subjectType) AS subjectType,
    edges[band] AS scoreFrom,
    edges[band + 1] AS scoreTo,
    count() AS scores,
    scores / sum(scores) OVER (PARTITION BY day, subjectType) AS share,
    avg(score) AS scoreMean,
    countIf(action != 'ALLOW') AS stopped
FROM
(
    SELECT
        subjectType, subjectId, occurredAt, score, action,
        -- The last edge begins no band.
        greatest(arrayCount(edge -> edge <= score, arrayPopBack(edges)), 1) AS band
    FROM fraud_scores
    ORDER BY subjectId, _offset DESC
    LIMIT 1 BY subjectId, subjectType
)
GROUP BY day, subjectType, band
COMMENT 'How many orders and logins of a day got a score of each band.';
