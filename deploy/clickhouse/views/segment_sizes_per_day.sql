-- How many visitors and users stood where at the end of each day.
--
-- Who stands somewhere from one record to the next is added on the day of the first and taken away on
-- the day of the second; the running sum of that is the size. What a record says of the stage before
-- would be no help: it does not tell the market before, and a subject that was forgotten in between
-- would be added twice. So the records of each subject are put in order here.
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
    -- grouped in half the time of tuples; the market is last in it, as it may hold any character.
    stays AS
    (
        SELECT
            subjectType,
            arrayCompact(
                record -> record.3,
                arraySort(
                    record -> record.1,
                    groupArray((
                        _offset,
                        toDate(occurredAt),
                        concat(stage, '/', activity, '/', ifNull(market, '')))))) AS records
        FROM lifecycle_segments
        GROUP BY subjectType, subjectId
    ),
    changes AS
    (
        SELECT subjectType, change.1 AS day, change.2 AS place, sum(change.3) AS added
        FROM stays
        ARRAY JOIN arrayConcat(
            arrayMap(came -> (came.2, came.3, 1), records),
            arrayMap(
                (came, went) -> (went.2, came.3, -1),
                arrayPopBack(records),
                arrayPopFront(records))) AS change
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
                groupArray((day, added)) AS changed,
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
