/** How demand answers to prices, how well that is known, and where a price could move. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { bars, type Override, overTime, rows, stat, table, timeSeries } from './panel.ts'
import { freshnessRow, setAsideRow } from './pipeline-rows.ts'
import { anyOf, clickHouseVariable, isChosen, oneOf } from './variable.ts'

const MARKET = "ifNull(market, 'none')"
const CATEGORY = "ifNull(category, 'none')"
const CHOSEN = `${isChosen(MARKET, 'market')} AND ${isChosen(CATEGORY, 'category')}`

const STATUS_COLORS: readonly Override[] = [
  { field: 'IDENTIFIED', color: 'green' },
  { field: 'WEAK', color: 'yellow' },
  { field: 'NOT_IDENTIFIED', color: 'gray' },
]

const ARTICLE_FIELDS: readonly Override[] = [
  { field: '/^(elasticity|p05|p95)$/', decimals: 2 },
  { field: 'unitsPerDay', decimals: 1 },
]

const known: DashboardRow = {
  title: 'What is known now',
  panels: [
    stat(
      {
        title: 'Articles by status',
        description:
          'Articles and markets by how well their elasticity is known. NOT_IDENTIFIED: the price ' +
          'never moved, or it moved with the demand, and no number is given.',
        width: 10,
        unit: 'short',
      },
      rows(`
SELECT countIf(status = 'IDENTIFIED') AS IDENTIFIED, countIf(status = 'WEAK') AS WEAK,
       countIf(status = 'NOT_IDENTIFIED') AS NOT_IDENTIFIED
FROM elasticities_now WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Demand with a known elasticity',
        description: 'Share of the units a day that are of articles IDENTIFIED or WEAK.',
        width: 5,
        unit: 'percentunit',
        decimals: 1,
      },
      rows(`
SELECT sumIf(unitsPerDay, status != 'NOT_IDENTIFIED') / sum(unitsPerDay) AS share
FROM elasticities_now WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Median elasticity',
        description: 'Of the articles IDENTIFIED or WEAK. −2: a price up by 1 % sells 2 % less.',
        width: 5,
        unit: 'none',
        decimals: 2,
      },
      rows(`
SELECT quantile(0.5)(elasticity) AS median FROM elasticities_now
WHERE ${CHOSEN} AND elasticity IS NOT NULL`),
    ),
    stat(
      {
        title: 'From experiments',
        description: 'Share of the known elasticities that were learnt from prices set at random.',
        width: 4,
        unit: 'percentunit',
        decimals: 0,
      },
      rows(`
SELECT countIf(method = 'EXPERIMENT') / count() AS share FROM elasticities_now
WHERE ${CHOSEN} AND elasticity IS NOT NULL`),
    ),
    bars(
      {
        title: 'Distribution',
        description: 'How many articles have an elasticity of each size, rounded to halves.',
        width: 8,
        x: 'elasticityAbout',
        unit: 'short',
      },
      rows(`
SELECT toString(round(elasticity * 2) / 2) AS elasticityAbout, count() AS articles
FROM elasticities_now
WHERE ${CHOSEN} AND elasticity IS NOT NULL
GROUP BY elasticityAbout
ORDER BY min(elasticity)`),
    ),
    table(
      {
        title: 'Categories',
        description:
          'Median elasticity of a category, how wide its intervals are, and how many articles of it ' +
          'are known at all.',
        width: 8,
        unit: 'short',
        overrides: [{ field: '/^median/', decimals: 2 }],
      },
      rows(`
SELECT ${CATEGORY} AS ofCategory, count() AS articles, countIf(elasticity IS NOT NULL) AS knownArticles,
       quantile(0.5)(elasticity) AS medianElasticity, quantile(0.5)(p95 - p05) AS medianWidth
FROM elasticities_now
WHERE ${CHOSEN}
GROUP BY ofCategory
ORDER BY articles DESC`),
    ),
    table(
      {
        title: 'What categories teach',
        description:
          'Mean elasticity of a category by prices drawn by chance, with its 90 % interval; how far its ' +
          'articles are from it; and the mean by prices that somebody set. These move with demand as ' +
          'well: beyond 2.5 standard deviations apart, or not known well enough to tell, they do not count.',
        width: 24,
        height: 6,
        unit: 'none',
        decimals: 2,
        overrides: [{ field: '/^articles/', decimals: 0 }],
      },
      rows(`
SELECT ${CATEGORY} AS ofCategory, effectiveAt AS since, experimentMean AS mean,
       experimentMean - 1.645 * experimentSd AS p05, experimentMean + 1.645 * experimentSd AS p95,
       experimentSpread AS spread, experimentPairs AS articlesTold,
       observationalMean AS bySetPrices, observationalPairs AS articlesSet, hausman AS apart
FROM category_elasticities
WHERE ${isChosen(CATEGORY, 'category')}
ORDER BY version DESC
LIMIT 1 BY modelId`),
    ),
    timeSeries(
      {
        title: 'Status of what was learnt',
        description:
          'Results by their status, in an interval of event time. As prices move, grey turns to green.',
        width: 8,
        stacked: true,
        unit: 'short',
        every: '1d',
        overrides: STATUS_COLORS,
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time, toString(status) AS kind, count() AS Value
FROM price_elasticities
WHERE ${CHOSEN} AND $__timeFilter(occurredAt)
GROUP BY time, kind
ORDER BY time`),
    ),
  ],
}

const articles: DashboardRow = {
  title: 'Articles',
  panels: [
    bars(
      {
        title: 'Top articles by demand, with intervals',
        description:
          'The best-selling articles whose elasticity is known: its 5th percentile, middle and 95th. ' +
          'Bars that differ much: it is not known well.',
        width: 24,
        height: 9,
        x: 'article',
        unit: 'none',
        decimals: 2,
      },
      rows(`
SELECT concat(sku, ' ', ${MARKET}) AS article, p05, elasticity, p95
FROM elasticities_now
WHERE ${CHOSEN} AND elasticity IS NOT NULL
ORDER BY unitsPerDay DESC
LIMIT 25`),
    ),
    table(
      {
        title: 'Price could rise',
        description:
          'The whole 90 % interval is above −1: demand falls by less than the price gains, so revenue ' +
          'rises. Try it on some first.',
        width: 12,
        unit: 'none',
        overrides: ARTICLE_FIELDS,
      },
      rows(articlesWhere('p05 > -1')),
    ),
    table(
      {
        title: 'Price could fall',
        description:
          'The whole 90 % interval is below −1: demand gains more than the price loses. Whether profit ' +
          'does too depends on the cost.',
        width: 12,
        unit: 'none',
        overrides: ARTICLE_FIELDS,
      },
      rows(articlesWhere('p95 < -1')),
    ),
    table(
      {
        title: 'Not identified',
        description:
          'Best-selling articles of whose elasticity nothing can be said, and why. Moving their price ' +
          'a little, at random times, would tell.',
        width: 24,
        unit: 'none',
        overrides: [{ field: 'unitsPerDay', decimals: 1 }],
      },
      rows(`
SELECT sku, ${MARKET} AS ofMarket, ${CATEGORY} AS ofCategory, unitsPerDay, observations, priceChanges,
       reasons[1].detail AS reason
FROM elasticities_now
WHERE ${CHOSEN} AND status = 'NOT_IDENTIFIED'
ORDER BY unitsPerDay DESC
LIMIT 50`),
    ),
  ],
}

function articlesWhere(condition: string): string {
  return `
SELECT sku, ${MARKET} AS ofMarket, ${CATEGORY} AS ofCategory, elasticity, p05, p95, status, unitsPerDay
FROM elasticities_now
WHERE ${CHOSEN} AND ${condition}
ORDER BY unitsPerDay DESC
LIMIT 50`
}

const oneArticle: DashboardRow = {
  title: 'One article',
  panels: [
    bars(
      {
        title: 'Demand curve of $sku',
        description:
          'Units a day that were sold at each price, asked for a day or more, and the 90 % band of what ' +
          'was expected before they were counted. Outside the band on one side only: there is something ' +
          'about this price, or its time, that the model does not know.',
        width: 14,
        height: 9,
        x: 'price',
        unit: 'none',
        decimals: 1,
      },
      rows(`
SELECT concat(toString(priceMinor / 100), ' ', currency, ' ', ${MARKET}) AS price, unitsPerDay AS sold,
       expectedP05 AS low, expectedPerDay AS expected, expectedP95 AS high
FROM demand_curves
WHERE sku = \${sku:singlequote} AND ${isChosen(MARKET, 'market')} AND days >= 1
ORDER BY ${MARKET}, priceMinor
LIMIT 50`),
    ),
    timeSeries(
      {
        title: 'Units of $sku',
        description:
          'Units sold on each day in the chosen markets together, and how many were expected. The ' +
          'newest day is not over yet.',
        width: 10,
        height: 9,
        unit: 'short',
        decimals: 1,
        every: '1d',
      },
      overTime(`
SELECT toDateTime(day) AS time, sum(units) AS sold, sum(expectedUnits) AS expected
FROM demand_per_day
WHERE sku = \${sku:singlequote} AND ${isChosen(MARKET, 'market')} AND $__timeFilter(toDateTime(day))
GROUP BY time
ORDER BY time`),
    ),
    timeSeries(
      {
        title: 'How $sku was learnt',
        description:
          'The elasticity of the chosen article, with its 90 % interval between p05 and p95, by market. ' +
          'It narrows as the price moves.',
        width: 12,
        unit: 'none',
        decimals: 2,
        stepped: true,
        every: '1h',
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time, ${MARKET} AS ofMarket,
       argMax(p05, _offset) AS low, argMax(elasticity, _offset) AS middle, argMax(p95, _offset) AS high
FROM price_elasticities
WHERE sku = \${sku:singlequote} AND ${CHOSEN} AND $__timeFilter(occurredAt) AND elasticity IS NOT NULL
GROUP BY time, ofMarket
ORDER BY time`),
    ),
    timeSeries(
      {
        title: 'Demand of $sku',
        description:
          'Demand at the present price, as the model sees it, in units a day, by market.',
        width: 12,
        unit: 'none',
        decimals: 1,
        stepped: true,
        every: '1h',
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time, ${MARKET} AS ofMarket,
       argMax(unitsPerDay, _offset) AS Value
FROM price_elasticities
WHERE sku = \${sku:singlequote} AND ${CHOSEN} AND $__timeFilter(occurredAt) AND unitsPerDay IS NOT NULL
GROUP BY time, ofMarket
ORDER BY time`),
    ),
  ],
}

export const priceElasticitiesDashboard: Dashboard = {
  uid: 'millrace-price-elasticities',
  title: 'price elasticities',
  description:
    'How demand answers to prices, how well that is known, and where a price could move.',
  from: '30d',
  refresh: '5m',
  variables: [
    clickHouseVariable,
    anyOf(
      'market',
      'Market',
      `SELECT DISTINCT ${MARKET} AS chosen FROM elasticities_now ORDER BY chosen`,
    ),
    anyOf(
      'category',
      'Category',
      `SELECT DISTINCT ${CATEGORY} AS chosen FROM elasticities_now ORDER BY chosen`,
    ),
    oneOf(
      'sku',
      'Article',
      'SELECT sku FROM elasticities_now GROUP BY sku ' +
        "ORDER BY countIf(status != 'NOT_IDENTIFIED') DESC, sum(unitsPerDay) DESC LIMIT 1000",
    ),
  ],
  rows: [
    known,
    articles,
    oneArticle,
    freshnessRow('price-elasticities'),
    // Where prices, orders and stock are first read.
    setAsideRow('demand-observations'),
  ],
}
