/**
 * The rules of the house as a program: `npm run check:house`.
 *
 * Prints every breach as `file:line rule — what to do instead` and fails where there is one. Then it
 * prints how long the files and functions of src/ are, and limits none.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cycleBreaches } from './house/cycles.ts'
import { decisionBreaches } from './house/decisions.ts'
import { type Declared, directionBreaches } from './house/directions.ts'
import {
  type Breach,
  type CodeFile,
  codeOf,
  type HouseFile,
  isTest,
  readHouse,
} from './house/files.ts'
import { noteBreaches, switchedOffBreaches } from './house/leftovers.ts'
import { fileLengths, functionLengths, lengthReport } from './house/lengths.ts'
import { type Lock, lockBreaches } from './house/lock.ts'
import {
  defaultExportBreaches,
  fileNameBreaches,
  folderBreaches,
  wallClockBreaches,
} from './house/names.ts'
import { onePriceBreaches } from './house/one-price.ts'
import { purityBreaches } from './house/purity.ts'

type Manifest = Partial<Record<string, Record<string, string>>>

const declaredIn = (manifest: Manifest): Declared => {
  const namesOf = (...fields: string[]) =>
    fields.flatMap(field => Object.keys(manifest[field] ?? {}))
  const shipped = namesOf('dependencies', 'optionalDependencies', 'peerDependencies')
  return { shipped: new Set(shipped), all: new Set([...shipped, ...namesOf('devDependencies')]) }
}

const breachesIn = (
  files: readonly HouseFile[],
  code: readonly CodeFile[],
  declared: Declared,
): Breach[] => [
  ...directionBreaches(code, declared),
  ...cycleBreaches(code),
  ...onePriceBreaches(code),
  ...purityBreaches(code),
  ...folderBreaches(files),
  ...fileNameBreaches(code),
  ...wallClockBreaches(code),
  ...defaultExportBreaches(code),
  ...noteBreaches(code),
  ...switchedOffBreaches(code),
  ...decisionBreaches(files),
]

const printLengths = (code: readonly CodeFile[]) => {
  const product = code.filter(
    file => file.path.startsWith('src/') && !isTest(file.path) && file.path !== 'src/events.ts',
  )
  console.log('\nLengths in src/, without tests and generated files; none is limited.\n')
  console.log(lengthReport('file', fileLengths(product)))
  console.log(`\n${lengthReport('function', functionLengths(product))}`)
}

const root = fileURLToPath(new URL('..', import.meta.url))
const files = readHouse(root)
const code = codeOf(files)
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as Lock
const breaches = [...breachesIn(files, code, declaredIn(manifest)), ...lockBreaches(lock)]

for (const { path, line, rule, instead } of breaches) {
  console.log(`${path}:${line} ${rule} — ${instead}`)
}
console.log(`house rules: ${code.length} files, ${breaches.length} breaches`)
printLengths(code)
process.exitCode = breaches.length > 0 ? 1 : 0
