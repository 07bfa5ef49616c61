-- Which price is meant, where a recommendation speaks of the one of now.

ALTER TABLE price_recommendations
    COMMENT COLUMN currentPriceMinor 'The price shown now, in minor units.',
    COMMENT COLUMN profitChangePctMean 'Expected change of profit, in percent of that at the policy\'s price of now.';
