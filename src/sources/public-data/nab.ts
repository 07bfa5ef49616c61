/**
 * Numenta Anomaly Benchmark: series of one measurement each, `timestamp,value`.
 *
 * A file is a sensor, named after it, and watches one thing of the same name. The value is the
 * `temperatureC`, whatever the series measures and in whatever unit: detectors learn its scale.
 * Of a folder all series are read together.
 */
import { basename } from 'node:path'
import { type LogisticsEvent, logistics } from '../../events.ts'
import { unpackedName } from '../input-bytes.ts'
import { type Row, reading, readTable } from './csv-table.ts'
import { dataFiles } from './data-files.ts'
import { numberOf } from './field-texts.ts'
import { type ImportedEvent, type Importer, imported } from './importer.ts'
import { inTimeOrder } from './in-time-order.ts'
import { instantOf } from './instants.ts'
import { readingWith } from './records.ts'

const COLUMNS = [['timestamp'], ['value']] as const

export const nab: Importer = {
  format: 'nab',
  description: 'Sensor series with known anomalies: each file is a sensor.',
  topics: [logistics],
  read: path => inTimeOrder(path, readings(path)),
}

const readings = async function* (path: string): AsyncGenerator<readonly ImportedEvent[]> {
  for (const file of await dataFiles(path, ['.csv'])) {
    const series = unpackedName(basename(file)).replace(/\.csv$/, '')
    for await (const rows of readTable(file, { columns: COLUMNS })) {
      yield rows.map(row => imported(logistics, readingOf(series, row)))
    }
  }
}

const readingOf = (series: string, row: Row<typeof COLUMNS>): LogisticsEvent =>
  reading(row, ([time, value]) =>
    readingWith({
      // Where the clocks go back a series has the same time twice, so the line tells them apart.
      eventId: `${series}-${String(row.line).padStart(6, '0')}`,
      occurredAt: instantOf(time),
      shipmentId: series,
      sensorId: series,
      temperatureC: numberOf(value),
    }),
  )
