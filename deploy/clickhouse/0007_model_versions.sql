-- A version of a fitted model is the day of the cut it was learnt from, not a count of fits.
ALTER TABLE model_parameters
    COMMENT COLUMN `version` 'Rises from each version of the model to the next; of a fitted one, the day of the cut that it was learnt from, in days since 1970 (UTC).';
