/**
 * Compares with figures that were stored, as ratios. Times are taken as multiples of the machine's
 * calibration, so that a slower machine is no regression; memory is taken as it is.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Figure } from './figure.ts'

/** A figure with the calibration of the process that measured it. */
export interface Line {
  readonly figure: Figure
  readonly calibrationNs: number
}

type Baseline = Readonly<Record<string, { readonly value: number; readonly calibrationNs: number }>>

const FILE = 'bench/baseline.json'

export const SEVERE_RATIO = 2
export const NOTABLE_RATIO = 1.25

export const readBaseline = (): Baseline =>
  existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Baseline) : {}

/** Figures that were not measured this time keep what was stored of them. */
export const saveBaseline = (lines: readonly Line[]): void => {
  const measured = lines.map(({ figure: { name, value }, calibrationNs }) => [
    name,
    { value: round(value), calibrationNs: round(calibrationNs) },
  ])
  const all = { ...readBaseline(), ...Object.fromEntries(measured) }
  writeFileSync(FILE, `${JSON.stringify(all, null, 2)}\n`)
}

/** How many times the stored figure this one is; null where none is stored. */
export const ratioOf = ({ figure, calibrationNs }: Line, baseline: Baseline): number | null => {
  const stored = baseline[figure.name]
  if (!stored) return null
  const isTime = figure.unit === 'µs' || figure.unit === 's'
  const machine = isTime ? calibrationNs / stored.calibrationNs : 1
  return figure.value / stored.value / machine
}

const round = (value: number): number => Number(value.toPrecision(4))
