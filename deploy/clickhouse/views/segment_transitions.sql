-- Who moved from where to where, when and why: one row for each stage, activity or tag that changed.
--
-- A record has a reason for the stage and one for the activity. Of the tags it explains those that say
-- an activity, DORMANT and VIP_AT_RISK, where that changed with them; of the others it says nothing.
-- The last record of whoever is closed moves the subject to nowhere; its reason is how it was closed.
CREATE OR REPLACE VIEW segment_transitions
(
    occurredAt DateTime64(3, 'UTC') COMMENT 'When, in event time.',
    subjectType String COMMENT 'USER or VISITOR.',
    subjectId String COMMENT 'The userId or the visitorId.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    kind String COMMENT 'What changed: STAGE, ACTIVITY or TAG.',
    movedFrom Nullable(String) COMMENT 'Where from; null: a new subject, or a tag that it got.',
    movedTo Nullable(String) COMMENT 'Where to; null: a tag that it lost, or nowhere, since it is closed.',
    reasonCode Nullable(String) COMMENT 'Why, as a code; null: the record does not say.',
    reason Nullable(String) COMMENT 'Why, as a sentence; null: the record does not say.',
    causeEventId Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    modelVersion String COMMENT 'Of the code and the model that made it.',
    resultId String COMMENT 'Of the record in lifecycle_segments.'
)
AS WITH
    moves AS
    (
        SELECT *, move
        FROM lifecycle_segments
        ARRAY JOIN arrayConcat(
            arrayFilter(
                moved -> moved.2 != moved.3,
                [
                    ('STAGE', ifNull(previousStage, ''), if(closedAs IS NULL, toString(stage), '')),
                    (
                        'ACTIVITY',
                        ifNull(previousActivity, ''),
                        if(closedAs IS NULL, toString(activity), ''))
                ]),
            arrayMap(tag -> ('TAG', '', tag), entered),
            arrayMap(tag -> ('TAG', tag, ''), exited)) AS move
    )
SELECT
    occurredAt,
    subjectType,
    subjectId,
    market,
    move.1 AS kind,
    nullIf(move.2, '') AS movedFrom,
    nullIf(move.3, '') AS movedTo,
    ifNull(closedAs, nullIf(why.code, '')) AS reasonCode,
    nullIf(why.detail, '') AS reason,
    causeEventId,
    modelVersion,
    resultId
FROM
(
    SELECT
        *,
        multiIf(
            move.1 != 'TAG',
            concat(move.1, '_'),
            concat(move.2, move.3) IN ('DORMANT', 'VIP_AT_RISK')
                AND ifNull(previousActivity, '') != activity,
            'ACTIVITY_',
            NULL) AS codesFrom,
        arrayFirst(
            one -> closedAs IS NOT NULL OR startsWith(one.code, ifNull(codesFrom, '-')),
            reasons) AS why
    FROM moves
)
COMMENT 'Who moved from where to where, when and why: each stage, activity or tag that changed.';
