/**
 * Amazon GOAL: six minutes each of couriers on foot and driving, a position about every 5 s.
 *
 * A trace is a shipment, named after its file, and its receiver is the sensor. The data gives metres
 * on a plane and hides where that lies, so a place is chosen: the origin is in the middle of Seattle,
 * x is east and y is north. Distances and speeds come out right within a part in a thousand.
 * All traces begin on the same day of 1964, which is kept: times are before 1970, and so negative.
 * Whether the courier walked or drove is what is to be found out, and is not in the events.
 */
import { basename } from 'node:path'
import { type LogisticsEvent, logistics } from '../../events.ts'
import { type InputBytes, openBytes, unpackedName } from '../input-bytes.ts'
import { at } from './broken-field.ts'
import { type Row, reading, readTable, tableOf } from './csv-table.ts'
import { dataFiles } from './data-files.ts'
import { numberOf } from './field-texts.ts'
import { type ImportedEvent, type Importer, imported } from './importer.ts'
import { inTimeOrder } from './in-time-order.ts'
import { instantOf } from './instants.ts'
import { readingWith } from './records.ts'
import { type TarFile, tarFiles } from './tar.ts'

const COLUMNS = [['timestamp'], ['x'], ['y']] as const

const ORIGIN_LATITUDE = 47.6062
const ORIGIN_LONGITUDE = -122.3321
/** Of latitude, on a sphere of the earth's mean radius (6,371,008.8 m). */
const METRES_PER_DEGREE = 111_195.08
const METRES_PER_DEGREE_EAST = METRES_PER_DEGREE * Math.cos((ORIGIN_LATITUDE * Math.PI) / 180)

export const courierGps: Importer = {
  format: 'courier-gps',
  description: 'Positions of couriers on foot and driving, about 5 s apart.',
  topics: [logistics],
  read: path => inTimeOrder(path, positions(path)),
}

const positions = async function* (path: string): AsyncGenerator<readonly ImportedEvent[]> {
  for (const file of await dataFiles(path, ['.csv', '.tar'])) {
    if (unpackedName(file).endsWith('.tar')) yield* archivedPositions(file)
    else yield* tracePositions(file, readTable(file, { columns: COLUMNS }))
  }
}

const archivedPositions = async function* (path: string): AsyncGenerator<readonly ImportedEvent[]> {
  const bytes = await openBytes(path)
  try {
    for await (const { name, content } of soundFiles(path, bytes)) {
      if (!name.endsWith('.csv')) continue
      const trace = `${path}/${basename(name)}`
      yield* tracePositions(trace, tableOf(trace, [content.toString()], { columns: COLUMNS }))
    }
  } finally {
    bytes.close()
  }
}

const tracePositions = async function* (
  path: string,
  table: AsyncIterable<readonly Row<typeof COLUMNS>[]>,
): AsyncGenerator<readonly ImportedEvent[]> {
  const trace = unpackedName(basename(path)).replace(/\.csv$/, '')
  for await (const rows of table) {
    yield rows.map(row => imported(logistics, positionOf(trace, row)))
  }
}

const positionOf = (trace: string, row: Row<typeof COLUMNS>): LogisticsEvent =>
  reading(row, ([time, x, y]) =>
    readingWith({
      eventId: `${trace}-${String(row.line - 1).padStart(4, '0')}`,
      occurredAt: instantOf(time),
      shipmentId: trace,
      sensorId: trace,
      latitude: degrees(ORIGIN_LATITUDE + numberOf(y) / METRES_PER_DEGREE),
      longitude: degrees(ORIGIN_LONGITUDE + numberOf(x) / METRES_PER_DEGREE_EAST),
    }),
  )

/** To seven decimals, which is a centimetre. */
const degrees = (value: number): number => Math.round(value * 1e7) / 1e7

const soundFiles = async function* (path: string, bytes: InputBytes): AsyncGenerator<TarFile> {
  const files = tarFiles(bytes)
  for (;;) {
    const next = await files.next().catch(error =>
      at(path, 1, () => {
        throw error
      }),
    )
    if (next.done === true) return
    yield next.value
  }
}
