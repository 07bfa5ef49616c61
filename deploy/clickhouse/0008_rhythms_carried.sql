-- A cut of a market names the version of all whose rhythms it carries.
ALTER TABLE purchase_populations
    COMMENT COLUMN `inUse` 'The parameters in use by name. A market without rhythms of its own has those of all, and their version as versionOfAll (0: the seed). Empty: none was published.';
