/**
 * How good scores are, where it is known of each order whether it was fraud.
 *
 * By the rules of the Fraud Detection Handbook: area under the ROC curve and average precision over
 * orders, where equal scores count as one step; and card precision, of the customers that would be
 * looked at. Calibration is measured over equally many orders in each group.
 */
export interface ScoredOrder {
  readonly score: number
  readonly isFraud: boolean
}

export interface ScoredOrderOfDay extends ScoredOrder {
  readonly day: number
  readonly customer: string
}

/** The share of pairs of a fraud and another order that are in the right order; equal ones count half. */
export const areaUnderRoc = (orders: readonly ScoredOrder[]): number => {
  let [frauds, pairs, othersBelow] = [0, 0, 0]
  for (const step of stepsDown(orders).reverse()) {
    pairs += step.frauds * (othersBelow + step.others / 2)
    frauds += step.frauds
    othersBelow += step.others
  }
  return pairs / (frauds * othersBelow)
}

/** The mean, over frauds, of the precision among orders with at least their score. */
export const averagePrecision = (orders: readonly ScoredOrder[]): number => {
  let [frauds, others, sum] = [0, 0, 0]
  for (const step of stepsDown(orders)) {
    frauds += step.frauds
    others += step.others
    sum += step.frauds * (frauds / (frauds + others))
  }
  return sum / frauds
}

/**
 * The mean over days of the share of frauds among the `top` customers with the highest scores. A
 * customer is one line a day, fraud if any order was; one who was found is not looked at again.
 */
export const cardPrecision = (orders: readonly ScoredOrderOfDay[], top: number): number => {
  const found = new Set<string>()
  const days = [...new Set(orders.map(({ day }) => day))].sort((a, b) => a - b)
  const precisions = days.map(today => {
    const ofDay = orders.filter(({ day }) => day === today)
    const hits = highest(ofDay, found, top).filter(({ isFraud }) => isFraud)
    for (const { customer } of hits) found.add(customer)
    return hits.length / top
  })
  return precisions.reduce((sum, precision) => sum + precision, 0) / precisions.length
}

/** The mean distance of what was said from what came true, over `groups` of orders by score. */
export const calibrationError = (orders: readonly ScoredOrder[], groups = 20): number => {
  const sorted = orders.toSorted((a, b) => a.score - b.score)
  let distance = 0
  for (let group = 0; group < groups; group++) {
    const [from, to] = [group, group + 1].map(at => Math.floor((at * sorted.length) / groups))
    let beyond = 0
    for (const { score, isFraud } of sorted.slice(from, to)) beyond += score - Number(isFraud)
    distance += Math.abs(beyond)
  }
  return distance / sorted.length
}

interface Step {
  frauds: number
  others: number
}

/** Frauds and others of each score, the highest first. */
const stepsDown = (orders: readonly ScoredOrder[]): Step[] => {
  const steps: Step[] = []
  let last = Number.NaN
  for (const { score, isFraud } of orders.toSorted((a, b) => b.score - a.score)) {
    if (score !== last) steps.push({ frauds: 0, others: 0 })
    const step = steps.at(-1)!
    if (isFraud) step.frauds++
    else step.others++
    last = score
  }
  return steps
}

interface Card extends ScoredOrder {
  readonly customer: string
}

/** Customers with their highest score of the day; of equal ones the first by name. */
const highest = (
  orders: readonly ScoredOrderOfDay[],
  found: ReadonlySet<string>,
  top: number,
): Card[] => {
  const cards = new Map<string, Card>()
  for (const { customer, score, isFraud } of orders) {
    if (found.has(customer)) continue
    const held = cards.get(customer)
    cards.set(customer, {
      customer,
      score: Math.max(score, held?.score ?? 0),
      isFraud: isFraud || (held?.isFraud ?? false),
    })
  }
  return [...cards.values()]
    .sort((a, b) => b.score - a.score || (a.customer < b.customer ? -1 : 1))
    .slice(0, top)
}
