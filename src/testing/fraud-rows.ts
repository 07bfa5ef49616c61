/**
 * What becomes of orders in a shop, as rows of a scenario table beside `shopRows`:
 *
 *   0     order   anna o1 50GBP
 *   9d    fraud   o1 CHARGEBACK      what is said of it, and who says so
 *   10d   honest  o1 ANALYST
 *   11d   policy  1 {"labelExpiryDays":7}
 *   12d   model   9 {"w:base":10,"v:base":0.1}
 */
import type { Instant } from '../engine/time.ts'
import { fraudLabels, modelParameters, policies } from '../events.ts'
import { type Send, send } from './script.ts'
import { shopRows } from './shop-rows.ts'

const label =
  (isFraud: boolean) =>
  (at: Instant, orderId = '-', source = 'CHARGEBACK'): Send =>
    send(fraudLabels, {
      eventId: `${source} ${isFraud} ${orderId} ${at}`,
      occurredAt: at,
      orderId,
      isFraud,
      source,
    })

const policy = (at: Instant, version = '1', ...document: string[]): Send =>
  send(policies, {
    policyId: 'fraud',
    version: Number(version),
    occurredAt: at,
    document: document.join(' '),
  })

/** Weights that are published by hand. */
const model = (at: Instant, version = '1', ...parameters: string[]): Send =>
  send(modelParameters, {
    modelId: 'fraud',
    version: Number(version),
    occurredAt: at,
    parameters: { a: 1, b: 0, base: -6, ...JSON.parse(parameters.join(' ')) },
  })

export const fraudRows = {
  ...shopRows,
  fraud: label(true),
  honest: label(false),
  policy,
  model,
} as const
