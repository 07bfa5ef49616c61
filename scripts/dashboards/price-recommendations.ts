/** Which prices to set or to try out, why, and what came of those that were recommended. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { bars, type Override, overTime, rows, stat, table, timeSeries } from './panel.ts'
import { freshnessRow, setAsideRow } from './pipeline-rows.ts'
import { anyOf, clickHouseVariable, isChosen, oneOf } from './variable.ts'

const MARKET = "ifNull(market, 'none')"
const CHOSEN = isChosen(MARKET, 'market')

const ACTION_COLORS: readonly Override[] = [
  { field: 'AUTO', color: 'green' },
  { field: 'TEST', color: 'blue' },
  { field: 'HOLD', color: 'gray' },
]

const PRICE_FIELDS: readonly Override[] = [
  { field: '/^price/', decimals: 2 },
  { field: '/Pct$/', unit: 'percent', decimals: 1 },
]

/** What a unit earns, by what is sold a day: in the currency of the row. */
const PROFIT_PER_DAY = 'unitsPerDay * (currentPriceMinor - unitCostMinor) / 100'

const now: DashboardRow = {
  title: 'What is recommended now',
  panels: [
    stat(
      {
        title: 'Articles by action',
        description:
          'Articles and markets by their last recommendation. AUTO: set it. TEST: show it for its ' +
          'epoch, to learn. HOLD: leave the price.',
        width: 8,
        unit: 'short',
      },
      rows(`
SELECT countIf(action = 'AUTO') AS AUTO, countIf(action = 'TEST') AS TEST,
       countIf(action = 'HOLD') AS HOLD
FROM recommendations_now WHERE ${CHOSEN}`),
    ),
    table(
      {
        title: 'Profit to gain',
        description:
          'Of the articles to set, by currency: what they earn a day now, as the model sees demand, and ' +
          'what setting all of these prices is expected to add.',
        width: 16,
        height: 4,
        unit: 'none',
        overrides: [
          { field: '/PerDay$/', decimals: 2 },
          { field: 'gainPct', unit: 'percent', decimals: 1 },
        ],
      },
      rows(`
SELECT currency, countIf(action = 'AUTO') AS pricesToSet,
       sumIf(${PROFIT_PER_DAY}, action = 'AUTO') AS profitPerDay,
       sumIf(${PROFIT_PER_DAY} * profitChangePctMean / 100, action = 'AUTO') AS gainPerDay,
       if(profitPerDay > 0, 100 * gainPerDay / profitPerDay, NULL) AS gainPct
FROM recommendations_now
WHERE ${CHOSEN}
GROUP BY currency
ORDER BY currency`),
    ),
    table(
      {
        title: 'Prices to set',
        description:
          'AUTO, those that promise most first: the change of profit that is expected, with the limits ' +
          'that it is within with nine chances in ten.',
        width: 14,
        height: 9,
        unit: 'none',
        overrides: PRICE_FIELDS,
      },
      rows(`
SELECT sku, ${MARKET} AS ofMarket, currency, currentPriceMinor / 100 AS priceNow,
       recommendedPriceMinor / 100 AS priceNext, profitChangePctMean AS meanPct,
       profitChangePctP05 AS lowPct, profitChangePctP95 AS highPct, reasons[1].detail AS reason
FROM recommendations_now
WHERE ${CHOSEN} AND action = 'AUTO'
ORDER BY profitChangePctMean DESC
LIMIT 50`),
    ),
    bars(
      {
        title: 'How far prices would move',
        description: 'Prices to set or to try, by how far they are from the price now, in percent.',
        width: 10,
        height: 9,
        x: 'percent',
        stacked: true,
        unit: 'short',
        overrides: ACTION_COLORS,
      },
      rows(`
SELECT toString(round(100 * (recommendedPriceMinor / currentPriceMinor - 1))) AS percent,
       countIf(action = 'AUTO') AS AUTO, countIf(action = 'TEST') AS TEST
FROM recommendations_now
WHERE ${CHOSEN} AND action != 'HOLD' AND currentPriceMinor > 0
GROUP BY percent
ORDER BY min(recommendedPriceMinor / currentPriceMinor)`),
    ),
  ],
}

const reasons: DashboardRow = {
  title: 'Why',
  panels: [
    table(
      {
        title: 'Reasons',
        description:
          'What the last recommendations say, how often, and how many points of profit it costs where ' +
          'it holds a price back.',
        width: 16,
        height: 9,
        unit: 'none',
        overrides: [{ field: 'pointsOfProfit', decimals: 2 }],
      },
      rows(`
SELECT reason.code AS reasonCode, count() AS articles, avg(abs(reason.weight)) AS pointsOfProfit,
       any(reason.detail) AS example
FROM recommendations_now ARRAY JOIN reasons AS reason
WHERE ${CHOSEN} AND reason.code != 'P_ONE_PRICE'
GROUP BY reasonCode
ORDER BY articles DESC`),
    ),
    timeSeries(
      {
        title: 'Recommendations',
        description: 'How many were made of each action, in an interval of event time.',
        width: 8,
        height: 9,
        stacked: true,
        unit: 'short',
        every: '1d',
        overrides: ACTION_COLORS,
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time, toString(action) AS kind, count() AS Value
FROM price_recommendations
WHERE ${CHOSEN} AND $__timeFilter(occurredAt)
GROUP BY time, kind
ORDER BY time`),
    ),
  ],
}

const followed: DashboardRow = {
  title: 'What followed',
  panels: [
    table(
      {
        title: 'What was done',
        description:
          'Recommendations of the chosen time by what became of them. Of those that were followed: the ' +
          'change of profit that was expected, and the one seen, from 14 days before to as long as the ' +
          'price stood, over all of them, each weighing as long as that.',
        width: 10,
        unit: 'short',
        overrides: [{ field: '/Pct$/', unit: 'percent', decimals: 1 }],
      },
      rows(`
SELECT action, outcome, currency, count() AS recommendations, avg(profitChangePctExpected) AS expectedPct,
       100 * sum(daysAfter * (profitPerDayAfterMinor - profitPerDayBeforeMinor))
           / sum(daysAfter * profitPerDayBeforeMinor) AS seenPct
FROM recommendation_outcomes
WHERE ${CHOSEN} AND $__timeFilter(occurredAt)
GROUP BY action, outcome, currency
ORDER BY action, recommendations DESC`),
    ),
    table(
      {
        title: 'Prices that followed',
        description:
          'The newest first: units a day before and after, and the change of profit, expected and seen. ' +
          'One price says little; see whether the expected ones are met over many.',
        width: 14,
        unit: 'none',
        overrides: [...PRICE_FIELDS, { field: '/^units/', decimals: 1 }],
      },
      rows(`
SELECT followedAt, sku, ${MARKET} AS ofMarket, action, currency, currentPriceMinor / 100 AS priceBefore,
       recommendedPriceMinor / 100 AS priceAfter, unitsPerDayBefore AS unitsBefore,
       unitsPerDayAfter AS unitsAfter, profitChangePctExpected AS expectedPct,
       profitChangePctSeen AS seenPct
FROM recommendation_outcomes
WHERE ${CHOSEN} AND outcome = 'FOLLOWED' AND $__timeFilter(occurredAt)
ORDER BY followedAt DESC
LIMIT 50`),
    ),
  ],
}

const experiments: DashboardRow = {
  title: 'Experiments',
  panels: [
    stat(
      {
        title: 'Carried out',
        description:
          'Share of the prices asked for by tests that were set before their span ended. Three in a row ' +
          'that are not, and no more are asked for.',
        width: 6,
        unit: 'percentunit',
        decimals: 0,
      },
      rows(`
SELECT if(sum(epochsAsked) > 0, sum(epochsCarriedOut) / sum(epochsAsked), 0) AS share
FROM price_experiments WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Articles with drawn prices',
        description: 'Articles and markets whose price was ever drawn by chance, whoever drew it.',
        width: 6,
        unit: 'short',
      },
      rows(`
SELECT countIf(pricesShown > 0) AS articles FROM price_experiments WHERE ${CHOSEN}`),
    ),
    timeSeries(
      {
        title: 'Epochs asked for',
        description:
          'Tests that asked for another price than that of the moment, by day of event time.',
        width: 12,
        height: 4,
        unit: 'short',
        every: '1d',
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time, count() AS asked
FROM price_recommendations
WHERE ${CHOSEN} AND action = 'TEST' AND recommendedPriceMinor != currentPriceMinor
      AND $__timeFilter(occurredAt)
GROUP BY time
ORDER BY time`),
    ),
    table(
      {
        title: 'Whether it is chance',
        description:
          'Prices drawn by chance, and how far the mean of their deviations and their correlation with ' +
          'the price of the rules are from 0, in standard errors. Beyond 3 somebody has a hand in it.',
        width: 24,
        unit: 'none',
        overrides: [
          { field: '/InErrors$/', decimals: 1 },
          { field: 'elasticity', decimals: 2 },
        ],
      },
      rows(`
SELECT sku, ${MARKET} AS ofMarket, pricesShown, epochsAsked, epochsCarriedOut,
       if(deviationSd > 0, deviationMean * sqrt(pricesShown) / deviationSd, NULL) AS meanInErrors,
       policyCorrelation * sqrt(pricesShown) AS correlationInErrors, status, elasticity, sd,
       daysToIdentify, lastAt
FROM price_experiments
WHERE ${CHOSEN}
ORDER BY abs(ifNull(meanInErrors, 0)) > 3 OR abs(ifNull(correlationInErrors, 0)) > 3 DESC,
         pricesShown DESC, epochsAsked DESC
LIMIT 50`),
    ),
  ],
}

const oneArticle: DashboardRow = {
  title: 'One article',
  panels: [
    timeSeries(
      {
        title: 'Prices of $sku',
        description:
          'The price when something was recommended, and the one recommended, in major units, by market.',
        width: 12,
        unit: 'none',
        decimals: 2,
        stepped: true,
        every: '1h',
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time, ${MARKET} AS ofMarket,
       argMax(currentPriceMinor, _offset) / 100 AS price,
       argMax(recommendedPriceMinor, _offset) / 100 AS recommended
FROM price_recommendations
WHERE sku = \${sku:singlequote} AND ${CHOSEN} AND $__timeFilter(occurredAt)
GROUP BY time, ofMarket
ORDER BY time`),
    ),
    table(
      {
        title: 'What was said of $sku',
        description:
          'Its recommendations in the chosen time, the newest first, with their first reason.',
        width: 12,
        unit: 'none',
        overrides: PRICE_FIELDS,
      },
      rows(`
SELECT occurredAt, ${MARKET} AS ofMarket, action, currentPriceMinor / 100 AS priceNow,
       recommendedPriceMinor / 100 AS priceNext, profitChangePctMean AS meanPct,
       reasons[1].detail AS reason
FROM price_recommendations
WHERE sku = \${sku:singlequote} AND ${CHOSEN} AND $__timeFilter(occurredAt)
ORDER BY occurredAt DESC, _offset DESC
LIMIT 50`),
    ),
    table(
      {
        title: 'Bought with $sku',
        description:
          'What is in its orders more often than by chance. Attach: units of the other that one more of it ' +
          'brings, if they are bought because of each other; a price counts on half of that.',
        width: 24,
        height: 6,
        unit: 'none',
        decimals: 2,
      },
      rows(`
SELECT neighbour, ${MARKET} AS ofMarket, basketsTogether, baskets, lift, shrunkLift, attach
FROM basket_neighbours_now
WHERE sku = \${sku:singlequote} AND ${CHOSEN}
ORDER BY shrunkLift DESC`),
    ),
  ],
}

export const priceRecommendationsDashboard: Dashboard = {
  uid: 'millrace-price-recommendations',
  title: 'price recommendations',
  description: 'Which prices to set or to try out, why, and what came of those recommended.',
  from: '30d',
  refresh: '5m',
  variables: [
    clickHouseVariable,
    anyOf(
      'market',
      'Market',
      `SELECT DISTINCT ${MARKET} AS chosen FROM recommendations_now ORDER BY chosen`,
    ),
    oneOf(
      'sku',
      'Article',
      'SELECT sku FROM recommendations_now GROUP BY sku ' +
        "ORDER BY countIf(action != 'HOLD') DESC, sum(unitsPerDay) DESC LIMIT 1000",
    ),
  ],
  rows: [
    now,
    reasons,
    followed,
    experiments,
    oneArticle,
    freshnessRow('price-recommendations'),
    setAsideRow('price-recommendations'),
  ],
}
