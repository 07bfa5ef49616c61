import { expect, test } from 'vitest'
import { realData, withFile } from '../../../test/temporary-folder.ts'
import type { Order, Price } from '../../events.ts'
import { onlineRetail } from './online-retail.ts'

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

const read = async (path: string) => {
  const found = { prices: [] as Price[], orders: [] as Order[], sequence: [] as string[] }
  for await (const batch of onlineRetail.read(path)) {
    for (const { topic, record } of batch) {
      if (topic.name === 'prices') found.prices.push(record as Price)
      else found.orders.push(record as Order)
      found.sequence.push((record as Order).eventId)
    }
  }
  return found
}

const imported = (...lines: string[]) =>
  withFile('online-retail.csv', [HEADER, ...lines, ''].join('\n'), read)

const UK = 'United Kingdom'

test('an invoice is one order at its first line’s time, in the market of its country', async () => {
  const { orders } = await imported(
    `536591,A,"RED, LARGE ""MUG""",6,2010-12-01 16:57:00,2.55,17850.0,${UK}`,
    `536591,B,x,2,2010-12-01 16:58:00,1.1,17850.0,${UK}`,
  )
  expect(orders).toHaveLength(1)
  expect(orders[0]).toMatchObject({
    eventId: '536591',
    orderId: '536591',
    occurredAt: Date.UTC(2010, 11, 1, 16, 57),
    type: 'PLACED',
    userId: '17850',
    market: UK,
    currency: 'GBP',
    totalMinor: 1_750,
    lines: [
      { sku: 'A', quantity: 6, unitPriceMinor: 255 },
      { sku: 'B', quantity: 2, unitPriceMinor: 110 },
    ],
  })
})

test('lines of an invoice that another splits are put together', async () => {
  const { orders } = await imported(
    `1,A,x,1,2011-02-01 11:19:00,1.0,,${UK}`,
    `C2,A,x,-1,2011-02-01 11:20:00,1.0,,${UK}`,
    `1,B,x,1,2011-02-01 11:20:00,2.0,,${UK}`,
  )
  expect(orders.map(order => [order.orderId, order.totalMinor])).toEqual([
    ['1', 300],
    ['C2', 100],
  ])
})

test('a cancellation gives back: quantities and total are positive, the order is not known', async () => {
  const { orders } = await imported(`C536379,D,Discount,-2,2010-12-01 09:41:00,27.50,14527.0,${UK}`)
  expect(orders[0]).toMatchObject({ type: 'REFUNDED', totalMinor: 5_500, originalOrderId: null })
  expect(orders[0]!.lines[0]).toMatchObject({ quantity: 2, unitPriceMinor: 2_750 })
})

test('corrections of the books are signed', async () => {
  const { orders } = await imported(
    `A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,${UK}`,
    `536589,C,,-10,2010-12-01 16:50:00,0.0,,${UK}`,
    `C496350,M,Manual,1,2010-02-01 08:24:00,373.57,,${UK}`,
  )
  expect(orders.map(order => [order.type, order.totalMinor, order.lines[0]!.quantity])).toEqual([
    ['ADJUSTED', -1_106_206, 1],
    ['ADJUSTED', 0, -10],
    ['ADJUSTED', 37_357, 1],
  ])
  expect(Object.is(orders[1]!.totalMinor, 0)).toBe(true)
})

test('what is free is placed, by nobody known where there is no customer', async () => {
  const { orders, prices } = await imported(`1,A,x,1,2011-02-01 11:19:00,0.0,,${UK}`)
  expect(orders[0]).toMatchObject({ type: 'PLACED', totalMinor: 0, userId: null })
  expect(prices).toEqual([])
})

test('a price below a penny is rounded in the line, and exact in the total', async () => {
  const { orders } = await imported(`1,PADS,x,1000,2011-02-01 11:19:00,0.001,,${UK}`)
  expect(orders[0]!.totalMinor).toBe(100)
  expect(orders[0]!.lines[0]!.unitPriceMinor).toBe(0)
})

test('a price that is not the last sale’s in the market is set just before the order', async () => {
  const { prices, sequence } = await imported(
    `1,A,x,1,2011-02-01 10:00:00,2.55,,${UK}`,
    `2,A,x,1,2011-02-01 11:00:00,2.55,,${UK}`,
    `3,A,x,1,2011-02-01 12:00:00,2.95,,France`,
    `C4,A,x,-1,2011-02-01 13:00:00,9.99,,${UK}`,
    `5,A,sample,1,2011-02-01 14:00:00,0.0,,${UK}`,
    `6,A,x,1,2011-02-01 15:00:00,2.10,,${UK}`,
    `6,A,x,1,2011-02-01 15:00:00,4.96,,${UK}`,
  )
  expect(prices.map(price => [price.eventId, price.shownPriceMinor])).toEqual([
    ['A|United Kingdom|1', 255],
    ['A|France|3', 295],
    ['A|United Kingdom|6', 210],
    ['A|United Kingdom|6|0002', 496],
  ])
  expect(prices[2]).toMatchObject({
    occurredAt: Date.UTC(2011, 1, 1, 15),
    sku: 'A',
    market: UK,
    currency: 'GBP',
    policyPriceMinor: 210,
    reason: 'LIST',
    promotionId: null,
  })
  expect(sequence.slice(-3)).toEqual(['A|United Kingdom|6', 'A|United Kingdom|6|0002', '6'])
})

test('the other edition, with its own names and American times, is read as well', async () => {
  const header = 'Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country'
  const text = `\uFEFF${header}\r\n1,A,x,3,12/1/2010 8:26,1.5,17850,${UK}\r\n`
  const { orders } = await withFile('online-retail-ii.csv', text, read)
  expect(orders[0]).toMatchObject({ occurredAt: Date.UTC(2010, 11, 1, 8, 26), totalMinor: 450 })
})

test('other columns are named, and so is what was found', async () => {
  await expect(withFile('x.csv', 'a,b\n1,2\n', read)).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    message: expect.stringMatching(/columns InvoiceNo, StockCode.* line has a, b\./),
  })
  await expect(withFile('x.csv', '', read)).rejects.toThrow('line has nothing')
})

test('a broken line stops the import, and is named', async () => {
  const sound = `1,A,x,1,2011-02-01 10:00:00,2.55,,${UK}`
  const broken = [
    [`2,A,x,one,2011-02-01 10:00:00,2.55,,${UK}`, /x\.csv:3: expected a whole number, found "one"/],
    [`2,A,x,1,2011-02-31 10:00:00,2.55,,${UK}`, /:3: expected a time that exists/],
    [`2,A,x,1,2011-02-01 10:00:00,£2,,${UK}`, /:3: expected an amount/],
    [`2,A,x,1,2011-02-01 10:00:00,2.55,${UK}`, /:3: expected 8 fields, found 7/],
    [`,A,x,1,2011-02-01 10:00:00,2.55,,${UK}`, /:3: expected a name/],
  ] as const
  for (const [line, message] of broken) {
    const text = [HEADER, sound, line, ''].join('\n')
    await expect(withFile('x.csv', text, read)).rejects.toThrow(message)
  }
})

const { path, missing } = realData('online-retail')

test.skipIf(missing)('the real year adds up to the penny (needs ../shared/data)', async () => {
  const { orders, prices } = await read(path)
  const net = (order: Order) =>
    order.type === 'REFUNDED' || order.type === 'CANCELLED' ? -order.totalMinor : order.totalMinor
  expect(orders).toHaveLength(25_900)
  expect(orders.reduce((sum, order) => sum + net(order), 0)).toBe(974_774_793)
  expect(new Set(orders.map(order => order.userId)).size).toBe(4_372 + 1)
  expect(new Set(orders.flatMap(order => order.lines.map(line => line.sku))).size).toBe(4_070)
  expect(new Set(orders.map(order => order.market)).size).toBe(38)
  expect(orders.reduce((sum, order) => sum + order.lines.length, 0)).toBe(541_909)
  const refunds = orders.filter(order => order.type === 'REFUNDED')
  expect(refunds.reduce((sum, order) => sum + order.lines.length, 0)).toBe(9_288)
  expect(new Set(prices.map(price => price.eventId)).size).toBe(prices.length)
  const times = orders.map(order => order.occurredAt)
  expect(times).toEqual(times.toSorted((one, other) => one - other))
})
