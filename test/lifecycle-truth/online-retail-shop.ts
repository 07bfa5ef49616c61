import type { Order } from '../../src/events.ts'
import { onlineRetail } from '../../src/sources/public-data/online-retail.ts'
import { realData } from '../temporary-folder.ts'
import { ordersOf } from './buyers-at-cut.ts'

const data = realData('online-retail')
export const onlineRetailMissing = data.missing

/** 13 weeks before the day after the last order, which was placed on 9 December 2011. */
export const CUT_AT = Date.UTC(2011, 8, 10)

export const onlineRetailOrders = (): Promise<Order[]> => ordersOf(onlineRetail, data.path)
