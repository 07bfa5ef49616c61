-- How many visitors and users stood where at the end of each day.
--
-- Who stands somewhere from one record to the next is added on the day of the first and taken away on
-- the day of the second; the running sum of that is the size. What a record says of the stage before
-- would be no help: it does not tell the market before, and a subject that was forgotten in between
-- would be added twice. So the records of each subject are put in order here.
--
-- Whoever is closed, a visitor who turned out to be a user or a person who is erased, stands nowhere
-- from then on.
--
-- A record that an event brought about which came late has the day of that event, and counts from the
-- last day that was told of the subject before it: nobody leaves a place before coming to it.
CREATE OR REPLACE VIEW segment_sizes_per_day
(
    day Date COMMENT 'Of event time (UTC).',
    subjectType String COMMENT 'USER or VISITOR.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    stage String COMMENT 'How far they had come as customers.',
    activity String COMMENT 'Whether they still came.',
    subjects UInt64 COMMENT 'How many visitors or users at the end of the day.'
)
AS WITH
    -- Of each subject, when it came to each place where it stood. A place is one text, since texts are
    -- grouped in half the time of tuples; the market is last in it, as it may hold any character. No
    -- text is nowhere.
    stays AS
    (
        SELECT
            subjectType,
            arraySort(
                record -> record.1,
                groupArray((
                    _offset,
                    toInt32(toDate(occurredAt)),
                    if(
                        closedAs IS NULL,
                        concat(stage, '/', activity, '/', ifNull(market, '')),
                        '')))) AS told,
            -- The days by which each record is behind the newest before it: those of the one before,
            -- and as many as the day went back since, but never less than none.
            arrayCumSumNonNegative(later -> -later, arrayDifference(told.2)) AS daysLate,
            arrayCompact(
                record -> record.2,
                arrayMap((record, late) -> (record.2 + late, record.3), told, daysLate)) AS records
        FROM lifecycle_segments
        GROUP BY subjectType, subjectId
    ),
    changes AS
    (
        SELECT subjectType, change.1 AS day, change.2 AS place, sum(change.3) AS added
        FROM stays
        ARRAY JOIN arrayConcat(
            arrayMap(came -> (came.1, came.2, 1), records),
            arrayMap(
                (came, went) -> (went.1, came.2, -1),
                arrayPopBack(records),
                arrayPopFront(records))) AS change
        WHERE place != ''
        GROUP BY subjectType, day, place
    ),
    -- The changes of each place, and none on every other day up to the last.
    days AS
    (
        SELECT subjectType, place, change.1 AS day, sum(change.2) AS added
        FROM
        (
            SELECT
                subjectType,
                place,
                groupArray((toDate(day), added)) AS changed,
                range(
                    toUInt32(min(day)),
                    toUInt32((SELECT toDate(max(occurredAt)) FROM lifecycle_segments)) + 1) AS allDays
            FROM changes
            GROUP BY subjectType, place
        )
        ARRAY JOIN arrayConcat(changed, arrayMap(day -> (toDate(day), toInt64(0)), allDays)) AS change
        GROUP BY subjectType, place, day
    )
SELECT
    day,
    subjectType,
    nullIf(substring(place, length(stage) + length(activity) + 3), '') AS market,
    splitByChar('/', place)[1] AS stage,
    splitByChar('/', place)[2] AS activity,
    sum(added) OVER (PARTITION BY subjectType, place ORDER BY day) AS subjects
FROM days
COMMENT 'How many visitors and users of each market, stage and activity there were at the end of each day.';
